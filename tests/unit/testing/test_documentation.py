"""The table of keys in docs/testing.md is the code's."""

from __future__ import annotations

from pathlib import Path

from ring3.testing.check_keys import KEYS

DOCUMENT = Path(__file__).parents[3] / "docs" / "testing.md"


def test_the_document_s_table_of_keys_is_the_code_s() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    expected = [
        f"| `{name}` | {key.wants} | {key.default} | {key.meaning} |" for name, key in KEYS.items()
    ]
    table = rows[rows.index(expected[0]) :][: len(expected) + 1]
    assert table == expected, "\n".join(expected)
