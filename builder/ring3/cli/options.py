"""The options that several commands take."""

from __future__ import annotations

from pathlib import Path

import click

from ring3.cli.ending import Settings

HELP = {"help_option_names": ["-h", "--help"]}

workspace_option = click.option(
    "--workspace",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder with a ring3.toml, laid over the stock system.",
)


def _note_json(context: click.Context, _: click.Parameter, as_json: bool) -> bool:
    context.ensure_object(Settings).as_json = as_json
    return as_json


json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    callback=_note_json,
    help="Print one JSON object, also for errors.",
)
