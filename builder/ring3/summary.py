"""What went into an image, where it lies and how large it is: as data, and as a table.

System + the file written ──describe──> a dictionary (for --json)
                                             └──render──> text for a person
"""

from __future__ import annotations

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


def render(image: dict[str, Any]) -> str:
    """The table for a terminal."""
    kernel, vdso, initrd = image["kernel"], image["vdso"], image["initrd"]
    lines = [
        f"{image['file']}: {image['format']}, {image['size']:,} bytes",
        "",
        f"  kernel.elf  {kernel['size']:>9,} bytes, enters at {kernel['entry']:#x}",
    ]
    lines += [
        f"    {s['name']:<8}{s['size']:>11,} bytes  {s['rights']}  at {s['address']:#x}"
        f"  (physical {s['physical']:#x})"
        for s in kernel["segments"]
    ]
    lines += [
        f"    vdso64.so{vdso['size']:>10,} bytes  in rodata at {vdso['address']:#x}",
        f"  initrd.tar  {initrd['size']:>9,} bytes, {len(initrd['programs'])} programs",
    ]
    lines += [f"    {p['path']:<18}{p['size']:>7,} bytes" for p in initrd["programs"]]
    lines += ["", f"  process 1 is: {' '.join(image['init'])}"]
    if image["command_line"]:
        lines.append(f"  command line: {image['command_line']}")
    return "\n".join(lines)
