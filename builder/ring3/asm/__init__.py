"""The assembler: GNU as's Intel syntax to objects.

    assemble_file(path, tree) ─┐
    assemble(text)            ─┴─> Object: sections, symbols, fixups, lines

It takes a strict subset of what GNU as 2.40 takes, and makes the same bytes of
it.  What it refuses, it refuses by name, with all errors of a file at once.
"""

from __future__ import annotations

from pathlib import Path

from ring3.asm.assembler import WarningSink, assemble_text
from ring3.asm.object import Object
from ring3.asm.source import SourceTree, display_name, read_text

__all__ = ["Object", "SourceTree", "assemble", "assemble_file"]


def assemble_file(path: Path, tree: SourceTree, *, warn: WarningSink | None = None) -> Object:
    """Assemble one file; ``warn`` is told of every warning.

    Raises SourceError with all that is wrong in it, and Ring3Error when it
    cannot be read.
    """
    return assemble_text(read_text(path), display_name(path), path, tree, warn)


def assemble(
    text: str,
    *,
    name: str = "<source>",
    tree: SourceTree | None = None,
    warn: WarningSink | None = None,
) -> Object:
    """Assemble a text; without a ``tree`` it cannot include anything.  Raises SourceError."""
    return assemble_text(text, name, None, tree or SourceTree(), warn)
