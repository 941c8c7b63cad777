"""What went into an image and how large it is: as data, and as a table.

System + the file written ──describe──> a dictionary (for --json)
                                             └──render──> text for a person
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ring3.pipeline import System


def describe(system: System, file: Path, image_format: str, size: int) -> dict[str, Any]:
    """The image as data; sizes in bytes, addresses as numbers."""
    kernel = system.kernel
    return {
        "file": str(file),
        "format": image_format,
        "size": size,
        "kernel": {
            "size": len(kernel.data),
            "entry": kernel.entry,
            "segments": [
                {
                    "name": segment.name,
                    "rights": str(segment.flags),
                    "address": segment.address,
                    "physical": segment.physical,
                    "size": segment.memory_size,
                }
                for segment in kernel.segments
            ],
        },
        "vdso": {"size": len(system.vdso), "address": kernel.symbols["vdso64_start"]},
        "initrd": {
            "size": len(system.initrd),
            "programs": [
                {"path": program.path, "size": len(program.data), "from": program.origin}
                for program in system.programs
            ],
        },
        "init": list(system.init.arguments),
        "command_line": system.command_line,
    }


def render(image: Mapping[str, Any]) -> str:
    """The table for a terminal."""
    kernel, vdso, initrd = image["kernel"], image["vdso"], image["initrd"]
    lines = [f"{image['file']}: {image['format']}, {image['size']:,} bytes", ""]
    lines.append(_row("kernel.elf", kernel["size"], f"enters at {kernel['entry']:#x}"))
    for part in kernel["segments"]:
        where = f"{part['rights']:<3} at {part['address']:#x}, physical {part['physical']:#x}"
        lines.append(_row(f"  {part['name']}", part["size"], where))
    lines.append(_row("  vdso64.so", vdso["size"], f"    at {vdso['address']:#x}, in rodata"))
    lines.append(_row("initrd.tar", initrd["size"]))
    lines += [_row(f"  {program['path']}", program["size"]) for program in initrd["programs"]]
    lines += ["", f"  process 1 is: {' '.join(image['init'])}"]
    if image["command_line"]:
        lines.append(f"  command line: {image['command_line']}")
    return "\n".join(lines)


def _row(name: str, size: int, where: str = "") -> str:
    return f"  {name:<22}{size:>11,} bytes  {where}".rstrip()
