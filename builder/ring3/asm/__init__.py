"""The assembler: GNU as's Intel syntax to objects.

    assemble_file(path, tree) ─┐
    assemble(text)            ─┴─> Object: sections, symbols, fixups, lines

It takes a strict subset of what GNU as 2.40 takes, and makes the same bytes of
it.  What it refuses, it refuses by name, with all errors of a file at once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from ring3.asm.object import Object
from ring3.asm.source import SourceTree, check_text, display_name, read_text
from ring3.diagnostic import Diagnostic
from ring3.memory import remembered
from ring3.warning import told_to

__all__ = ["Object", "SourceTree", "assemble", "assemble_file"]


def assemble_file(path: Path, tree: SourceTree) -> Object:
    """Assemble one file, which may be a generated one of the tree.

    What was assembled before from the same text is remembered.  Warnings go to
    who listens within ``ring3.warning.told_to``.  Raises SourceError with all
    that is wrong in it, and Ring3Error when it cannot be read.
    """
    name = path.as_posix()
    generated = tree.generated.get(name)
    text = read_text(path) if generated is None else generated

    def assemble_now() -> Object:
        # Who has everything in memory need not wait for Keystone and Capstone.
        from ring3.asm.assembler import assemble_text

        return assemble_text(text, display_name(path), path, tree)

    question = ("object", str(path), text, *map(str, tree.roots))
    return remembered(question, assemble_now, tree.generated)


def assemble(
    text: str,
    *,
    name: str = "<source>",
    tree: SourceTree | None = None,
    warn: Callable[[Diagnostic], object] | None = None,
) -> Object:
    """Assemble a text; without a ``tree`` it cannot include anything.  ``warn`` hears warnings.

    Raises SourceError with all that is wrong in it, and Ring3Error when it is no text.
    """
    from ring3.asm.assembler import assemble_text

    check_text(text, name)
    with told_to(warn) if warn is not None else nullcontext():
        return assemble_text(text, name, None, tree or SourceTree())
