"""Docstrings for autodoc: they are plain text, in which what is indented is a drawing.

In reStructuredText an indented block would be a quotation, its lines filled, and
``*`` or ``|`` in running text would be markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import EnumType

from sphinx.application import Sphinx

# What only a drawing has.
_DRAWN = re.compile(r"[─│┌┐└┘├┤┬┴┼]|──>|-->")
_LITERAL = re.compile(r"(``.+?``|:\w+:`.+?`)")  # and references: :func:`name`


def process(
    _app: Sphinx, _what: str, _name: str, described: object, _options: object, lines: list[str]
) -> None:
    """Replace a docstring's ``lines`` by reStructuredText."""
    text = "\n".join(lines).strip("\n")
    if text.startswith("Alias for field number"):  # NamedTuple's own, which says nothing
        text = ""
    lines[:] = [*"\n\n".join(_blocks(text)).splitlines(), ""]
    if isinstance(described, EnumType):
        lines += ["One of " + ", ".join(f"``{name}``" for name in described.__members__) + ".", ""]


def _blocks(text: str) -> Iterator[str]:
    """Each paragraph as it is, each drawing as a literal block."""
    for block in re.split(r"\n\s*\n", text):
        rows = block.split("\n")
        if _DRAWN.search(block) or block.startswith("    "):
            yield "::\n\n" + "\n".join(f"    {row}" for row in rows)
        elif any(row.startswith("    ") for row in rows):
            first = next(place for place, row in enumerate(rows) if row.startswith("    "))
            yield _plain("\n".join(rows[:first]).removesuffix("::") + ":").replace("::", ":")
            yield "::\n\n" + "\n".join(f"    {row}" for row in rows[first:])
        else:
            yield _plain(block.removesuffix("::") + (":" if block.endswith("::") else ""))


def _plain(paragraph: str) -> str:
    """Escape what would be markup, but for ``literals``."""
    parts = _LITERAL.split(paragraph)
    return "".join(
        part if _LITERAL.fullmatch(part) else re.sub(r"([*|`\\_])", r"\\\1", part) for part in parts
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", process)
    return {"parallel_read_safe": True}
