"""How every command ends: whatever goes wrong becomes a message and an exit status.

a Ring3Error ───────> what is wrong and what to try ───> 1, or what the command says
a mistake of ours ──> one line; the traceback is kept ─> 1
a wrong word ───────> click says how to get help ──────> 2
Ctrl-C ────────────────────────────────────────────────> 130
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import click

from ring3.diagnostic import Diagnostic, Ring3Error
from ring3.warning import told_to

_OBJECTS_BETWEEN_COLLECTIONS = 1_000_000  # a build makes many and drops few

FAILURE = 1
INTERRUPTED = 130  # 128 + SIGINT, as a shell says it


@dataclass
class Settings:
    """What a command was told that matters when it fails."""

    as_json: bool = False


def run_command(find: Callable[[], click.Command], name: str) -> NoReturn:
    """Find one command and run it, as ``name``."""
    settings = Settings()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    status: object
    try:
        with told_to(_shown_once()):
            status = find().main(prog_name=name, standalone_mode=False, obj=settings)
    except click.exceptions.Exit as asked:
        status = asked.exit_code
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        status = INTERRUPTED
    except Ring3Error as error:
        status = fail(error, settings, FAILURE)
    except BrokenPipeError:
        # Whoever read our output has enough; the interpreter must not complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = FAILURE
    except Exception as error:
        click.echo(_internal_error(error), err=True)
        status = FAILURE
    gc.freeze()  # what is left goes with the process: nobody need look for cycles in it
    sys.exit(status if isinstance(status, int) else 0)


def _shown_once() -> Callable[[Diagnostic], None]:
    """Shows each warning on stderr, however often it is told."""
    shown: set[Diagnostic] = set()

    def show(warning: Diagnostic) -> None:
        if warning not in shown:
            shown.add(warning)
            click.echo(f"{warning.render()}\n", err=True)

    return show


def fail(error: Ring3Error, settings: Settings, status: int) -> int:
    """Say it for people on stderr and, where JSON was asked for, as data on stdout."""
    click.echo(error.render(), err=True)
    if settings.as_json:
        click.echo(json.dumps(error.as_data(), indent=2))
    return status


def _internal_error(error: Exception) -> str:
    """A mistake of ours is said in a line; the traceback is kept for the report."""
    import tempfile  # noqa: PLC0415  # seldom needed
    import traceback  # noqa: PLC0415

    text = f"error: internal error: {type(error).__name__}: {error}"
    with (
        contextlib.suppress(OSError),
        tempfile.NamedTemporaryFile(
            "w", prefix="ring3-", suffix=".traceback", delete=False
        ) as kept,
    ):
        traceback.print_exception(error, file=kept)
        text += f"\n  help: this is a mistake in ring3; please report it with {kept.name}"
    return text
