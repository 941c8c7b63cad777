"""The documents as data: what they tell a reader to type, and the files that they show.

README.md, docs/*.md …  ──> Document ──> command lines, in order
                                     ──> files: code whose first line is `# NAME`
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

_FENCE = re.compile(r"^```(?P<language>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"# ([\w.-]+\.\w+)(?:: .*)?\n")


@dataclass(frozen=True)
class Document:
    """One file of Markdown."""

    name: str
    text: str

    def command_lines(self) -> list[str]:
        """What a reader types: all of a block in sh, and what follows a `$ ` in any other."""
        lines = []
        for fence in _FENCE.finditer(self.text):
            text = fence["text"].replace("\\\n", "")
            if fence["language"] == "sh":
                lines += [line for line in text.splitlines() if line.strip()]
            else:
                lines += re.findall(r"^\$ (.+)$", text, re.MULTILINE)
        return [re.sub(r"\s{2,}", " ", _without_comment(line)).strip() for line in lines]

    def files(self) -> dict[str, str]:
        """The files that it shows, by name."""
        found = {}
        for fence in _FENCE.finditer(self.text):
            name = _NAME.match(fence["text"])
            if name:
                found[name[1]] = fence["text"]
        return found


def documents() -> list[Document]:
    """All that the project has for its users."""
    paths = [ROOT / "README.md", *sorted(ROOT.glob("*_src/README.md"))]
    paths += sorted((ROOT / "docs").rglob("*.md"))
    return [
        Document(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in paths
    ]


def _without_comment(line: str) -> str:
    return re.sub(r"(^|\s)#.*$", "", line)
