"""What the documents name in running text is there: commands, options, targets, outcomes."""

from __future__ import annotations

import re

import click
import pytest

from documents import ROOT, Document, documents
from ring3 import cli
from ring3.machine import Outcome, OutcomeKind

CODE = re.compile(r"`((?:ring3|build-image|make) [^`\n]+)`")
DOCUMENTS = documents()

# Inside of gdb, commands of ring3's own are typed; the debugger's chapter has a table of them.
(GDB_COMMANDS,) = [document.text for document in DOCUMENTS if "debugging" in document.name]


def command_of(words: list[str]) -> click.Command | None:
    """The command that is typed so."""
    name = "image" if words[0] == "build-image" else words[1]
    return cli.ring3.get_command(click.Context(cli.ring3), name)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_command_and_option_in_running_text_is_one(document: Document) -> None:
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for text in CODE.findall(re.sub(r"^```.*?^```$", "", document.text, flags=re.M | re.S)):
        words = re.findall(r"[^\s\[\]|\\…]+", text)
        if words[0] == "make":
            assert words[1] in targets, text
            continue
        command = command_of(words)
        if command is None:
            assert f"| `ring3 {words[1]}" in GDB_COMMANDS or f", `{text}`" in GDB_COMMANDS, text
            continue
        known = {option for parameter in command.params for option in parameter.opts}
        known |= set(command.get_help_option_names(click.Context(command))) | {"-h", "--help"}
        for word in words:
            if re.fullmatch(r"--?[a-z][a-z-]*", word):
                assert word in known, f"{text}: {word}"


def test_no_command_line_is_overlooked() -> None:
    """Beside fences of every kind: a directive's end is not the beginning of a block."""
    blocks = (
        "```{include} a.md\n```\n",
        "```sh\none  # why\ntwo \\\n    three\n```\n",
        "```\n$ four\n```\n",
    )
    text = "\n".join(blocks)
    assert Document("a.md", text).command_lines() == ["one", "two three", "four"]
    for document in DOCUMENTS:
        if re.search(r"^```sh$", document.text, re.MULTILINE):
            assert document.command_lines(), document.name


def test_the_table_of_outcomes_is_the_code_s() -> None:
    text = (ROOT / "docs/outcomes.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| .* \| (.*) \|$", text, re.MULTILINE)
    assert [name for name, _ in rows] == [kind.value for kind in OutcomeKind]
    for name, ends_with in rows:
        if ends_with.isdigit():
            assert Outcome(OutcomeKind(name), "").exit_code == int(ends_with)


def test_a_chapter_s_source_lines_come_from_the_tree() -> None:
    """A literalinclude that found nothing would be an empty block, or another file's."""
    found = 0
    for document in DOCUMENTS:
        for name in re.findall(r"^```\{(?:literal)?include\} (\S+)$", document.text, re.MULTILINE):
            found += 1
            assert (ROOT / document.name).parent.joinpath(name).is_file(), (document.name, name)
    assert found > 15
