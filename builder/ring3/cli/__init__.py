"""The commands ``ring3`` and ``build-image``: from words to the functions that do the work.

    ring3 ──> the table of commands ──> cli/NAME.py ──> the function

A command is imported when it is named, so that none waits for what another
needs.  Results go to stdout, everything else to stderr.  Exit status: 0, 1 for
a failure, 2 for a wrong command line; ``ring3 run`` has its own (see there).
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import NoReturn

import click

from ring3.cli.ending import run_command
from ring3.cli.options import HELP
from ring3.diagnostic import suggestion

# Each is the function of its name in the module of its name; beside it what it does.
COMMANDS: Mapping[str, str] = {
    "image": "Build a bootable image: the same as build-image.",
    "run": "Boot a program, with the terminal connected to the serial line.",
    "debug": "Start gdb on the kernel and a program, with commands for what is theirs.",
    "trace": "Show every entry into the kernel, in instructions, as a picture and as JSON.",
    "asm": "Assemble and link one program from .s, .c and .o files.",
    "vdso": "Write a generated vDSO, which the kernel maps into every program.",
    "new": "Make a workspace: a ring3.toml with comments, a program, a test.",
    "doctor": "Say what is installed, and what to do about what is not.",
    "grade": "Grade submissions of an assignment, with feedback.",
    "bench": "Measure what a call costs by each door, in instructions and in time.",
}


def main() -> NoReturn:
    """Entry point of ``ring3``."""
    run_command(lambda: ring3, "ring3")


def build_image() -> NoReturn:
    """Entry point of ``build-image``."""
    run_command(lambda: _load("image"), "build-image")


def _load(name: str) -> click.Command:
    command = getattr(importlib.import_module(f"ring3.cli.{name}"), name)
    assert isinstance(command, click.Command)
    return command


class Commands(click.Group):
    """Those of the table, in its order."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The one that was named."""
        return _load(cmd_name) if cmd_name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The one that was named; of a name that is none, the nearest is told."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            message = f"{error.message.rstrip('.')}: {suggestion(args[0], COMMANDS)}"
            raise click.UsageError(message, ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, which needs no command imported."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings=HELP)
@click.version_option(package_name="ring3")
def ring3() -> None:
    """Assemble, link, pack and boot a small x86-64 kernel with three doors."""
