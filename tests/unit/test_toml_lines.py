"""Where a key stands in a TOML file."""

from __future__ import annotations

import pytest

from ring3.toml_lines import Lines

TEXT = '''\
title = "a"   # [[check]]
[[check]]
name = "one"
source = """
[[check]]
name = "not this"  \\"""
"""
expected = [
    "x]", 'y"',   # ]
    { regex = "[[check]]" },
]
  "status" = 3
[[check]]  # the second
name = 'two'
text = \'\'\'
[[check]] \\\'\'\'
environment.PATH = "/bin"
[machine.more]
cpus = 1
'''


@pytest.mark.parametrize(
    ("table", "index", "key", "place"),
    [
        ((), 0, "title", (1, 1)),
        (("check",), 0, None, (2, 1)),
        (("check",), 0, "name", (3, 1)),
        (("check",), 0, "expected", (8, 1)),
        (("check",), 0, "status", (12, 3)),
        (("check",), 1, None, (13, 1)),
        (("check",), 1, "name", (14, 1)),
        (("check",), 1, "environment", (17, 1)),
        (("machine", "more"), 0, "cpus", (19, 1)),
        (("check",), 1, "absent", (13, 1)),
        (("check",), 2, "name", None),
    ],
)
def test_a_key_is_found_where_it_stands_and_not_inside_of_texts(
    table: tuple[str, ...], index: int, key: str | None, place: tuple[int, int] | None
) -> None:
    assert Lines(TEXT).place(table, index, key) == place


def test_a_line_that_does_not_exist_is_empty() -> None:
    assert Lines("a = 1").text(2) == ""
