"""``{keys} FILE``: every key of one of ring3's TOML files, from the table that the code obeys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from ring3 import workspace
from ring3.course import assignment
from ring3.machine import profile
from ring3.testing import check_keys

Rows = Iterator[tuple[str, ...]]


def _workspace() -> Rows:
    yield ("table", "key", "is")
    for table, keys in workspace.KEYS.items():
        for key, rule in keys.items() or [("any name", workspace.PATH)]:
            yield (f"[{table}]", key, rule.wants)


def _machine() -> Rows:
    yield ("key", "is")
    for key, rule in profile.KEYS.items():
        yield (key, rule.wants)


def _check() -> Rows:
    yield ("key", "is", "without it", "means")
    for key, rule in check_keys.KEYS.items():
        yield (key, rule.wants, rule.default, rule.meaning)


def _assignment() -> Rows:
    yield ("table", "key", "is", "must be there")
    for table, keys in assignment.KEYS.items():
        for key, rule in keys.items():
            yield (table or "-", key, rule.wants, "yes" if rule.required else "")


FILES: Mapping[str, Callable[[], Rows]] = {
    "workspace": _workspace,
    "machine": _machine,
    "check": _check,
    "assignment": _assignment,
}


class Keys(SphinxDirective):
    """A table."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Called for each use in a document."""
        name = self.arguments[0]
        if name not in FILES:
            raise self.error(f"there are no keys of {name}; there are those of {', '.join(FILES)}")
        head, *rows = FILES[name]()
        group = nodes.tgroup(cols=len(head))
        group += [nodes.colspec(colwidth=1) for _ in head]
        group += nodes.thead("", _row(head, keys=0))
        keys = head.index("key") + 1
        group += nodes.tbody("", *(_row(row, keys) for row in rows))
        return [nodes.table("", group)]


def _row(cells: tuple[str, ...], keys: int) -> nodes.row:
    """The first ``keys`` cells are words of the file."""
    row = nodes.row()
    for place, cell in enumerate(cells):
        text = nodes.literal(text=cell) if place < keys else nodes.Text(cell.replace("`", ""))
        row += nodes.entry("", nodes.paragraph("", "", text))
    return row


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("keys", Keys)
    return {"parallel_read_safe": True}
