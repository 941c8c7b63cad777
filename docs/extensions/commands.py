"""``{commands}``: the reference of all commands, which is their own ``--help``.

ring3.cli.COMMANDS ──click──> each command's help ──> a section with its text
"""

from __future__ import annotations

import click
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from ring3 import cli

WIDTH = 96


def help_of(command: click.Command, name: str) -> str:
    """What ``NAME --help`` prints."""
    context = click.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)
    with context:
        return command.get_help(context)


def every_help() -> dict[str, str]:
    """By the command as it is typed."""
    group = click.Context(cli.ring3)
    found = {"ring3": help_of(cli.ring3, "ring3")}
    for name in cli.COMMANDS:
        command = cli.ring3.get_command(group, name)
        assert command is not None
        found[f"ring3 {name}"] = help_of(command, f"ring3 {name}")
    return found


class Commands(SphinxDirective):
    """A section for each command."""

    def run(self) -> list[nodes.Node]:
        """Called for each use in a document."""
        sections: list[nodes.Node] = []
        for name, text in every_help().items():
            section = nodes.section(ids=[nodes.make_id(name)], names=[name])
            section += nodes.title(text=name)
            section += nodes.literal_block(text, text, language="text")
            sections.append(section)
        return sections


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True}
