"""What GNU as makes of many instructions: one run of it for all of them.

    instructions ── as ──> the lines it refuses ── as, without them ──> bytes of each line
                     ^────── (some it refuses only at the end) ──┘

The listing would show more, but not the bytes that are filled in at the end.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elftools.elf.elffile import ELFFile

_MESSAGE = re.compile(r"^[^\n]*?:(\d+): (Error|Warning|Internal error):? (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Relocation:
    """A field that the linker fills: its place in the instruction, psABI type, addend."""

    offset: int
    type: int
    addend: int


@dataclass(frozen=True)
class Reference:
    """GNU as's answer: bytes, or None and its complaint; a warning leaves both."""

    data: bytes | None
    complaint: str | None = None
    relocations: tuple[Relocation, ...] = ()


def assemble_each(
    lines: Sequence[str], mode: int, extensions: str | None = None
) -> list[Reference]:
    """Assemble every line by itself, as 16-, 32- or 64-bit code of an x86-64 object.

    ``extensions`` are those that GNU as may use, as its option -march has them.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "lines.s", Path(folder) / "lines.o"
        head = [".intel_syntax noprefix", f".code{mode}"]
        errors: dict[int, str] = {}
        warnings: dict[int, str] = {}
        for _ in range(_MOST_RUNS):
            kept = ["" if place in errors else line for place, line in enumerate(lines)]
            labelled = [f"{_LABEL}{place}: {line}" for place, line in enumerate(kept)]
            _write(source, [*head, *labelled, f"{_LABEL}{len(lines)}:"])
            finished = _run(source, output, extensions)
            for number, kind, text in _MESSAGE.findall(finished.stderr):
                (warnings if kind == "Warning" else errors)[int(number) - 1 - len(head)] = text
            if finished.returncode == 0:
                break
        assert finished.returncode == 0, finished.stderr[:1000]
        parts = _read(output, len(lines))
    return [
        Reference(None, errors[place])
        if place in errors
        else Reference(data, warnings.get(place), relocations)
        for place, (data, relocations) in enumerate(parts)
    ]


_LABEL = "line_"
_MOST_RUNS = 20  # it stops at each of its own internal errors


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\n".join(lines) + "\n")


def _run(source: Path, output: Path, extensions: str | None) -> subprocess.CompletedProcess[str]:
    options = [] if extensions is None else [f"-march={extensions}"]
    command = ["as", "--64", *options, "-o", str(output), str(source)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _read(path: Path, count: int) -> list[tuple[bytes, tuple[Relocation, ...]]]:
    with path.open("rb") as stream:
        elf: Any = ELFFile(stream)
        text = elf.get_section_by_name(".text").data()
        symbols = elf.get_section_by_name(".symtab")
        places = {symbol.name: symbol["st_value"] for symbol in symbols.iter_symbols()}
        table = elf.get_section_by_name(".rela.text")
        entries = list(table.iter_relocations()) if table is not None else []
    parts = []
    for number in range(count):
        start, end = places[f"{_LABEL}{number}"], places[f"{_LABEL}{number + 1}"]
        relocations = tuple(
            Relocation(entry["r_offset"] - start, entry["r_info_type"], entry["r_addend"])
            for entry in entries
            if start <= entry["r_offset"] < end
        )
        parts.append((text[start:end], relocations))
    return parts
