"""What went into an image, where it lies and how large it is: as data, and as a table.

System + the file written ──describe──> a dictionary (for --json)
                                             └──render──> text for a person
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ring3.image import disk
from ring3.pipeline import System


def describe(system: System, file: Path, image_format: str, size: int) -> dict[str, Any]:
    """The image as data; sizes in bytes, addresses and disk sectors as numbers."""
    kernel = system.kernel
    loads = disk.plan(kernel, system.initrd)
    sectors = disk.first_sectors(loads) if image_format == "disk" else {}
    return {
        "file": str(file),
        "format": image_format,
        "size": size,
        "loader": {"sector": 0, "sectors": disk.FIRST_SECTOR} if sectors else None,
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
                    "sector": sectors.get(segment.name),
                }
                for segment in kernel.segments
            ],
        },
        "vdso": {"size": len(system.vdso), "address": kernel.symbols["vdso64_start"]},
        "initrd": {
            "size": len(system.initrd),
            "physical": loads[-1].address if sectors else None,
            "sector": sectors.get("initrd"),
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
    if image["loader"] is not None:
        lines.append(_row("loader", image["loader"]["sectors"] * disk.SECTOR_SIZE, "", 0))
    lines.append(_row("kernel.elf", kernel["size"], f"enters at {kernel['entry']:#x}"))
    for part in kernel["segments"]:
        where = f"{part['rights']:<3} at {part['address']:#x}, physical {part['physical']:#x}"
        lines.append(_row(f"  {part['name']}", part["size"], where, part["sector"]))
    lines.append(_row("  vdso64.so", vdso["size"], f"    at {vdso['address']:#x}, in rodata"))
    where = "" if initrd["physical"] is None else f"    at physical {initrd['physical']:#x}"
    lines.append(_row("initrd.tar", initrd["size"], where, initrd["sector"]))
    lines += [_row(f"  {program['path']}", program["size"]) for program in initrd["programs"]]
    lines += ["", f"  process 1 is: {' '.join(image['init'])}"]
    if image["command_line"]:
        lines.append(f"  command line: {image['command_line']}")
    return "\n".join(lines)


def _row(name: str, size: int, where: str = "", sector: int | None = None) -> str:
    row = f"  {name:<22}{size:>11,} bytes  {where}".rstrip()
    return row if sector is None else f"{row}{', ' if where else '  '}sector {sector}"
