"""``ring3 grade``: submissions ──> points and feedback."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from pathlib import Path

import click

from ring3.cli.options import HELP, json_option
from ring3.course import report
from ring3.course.assignment import find_assignment, read_assignment
from ring3.course.grade import SEED_LIMIT
from ring3.course.grade import grade as grade_one


@click.command(context_settings=HELP)
@click.argument("assignment")
@click.argument(
    "submissions",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    metavar="SUBMISSION...",
)
@click.option("--seed", type=click.IntRange(0, SEED_LIMIT - 1), help="Of all random inputs.")
@json_option
def grade(assignment: str, submissions: Sequence[Path], seed: int | None, as_json: bool) -> None:
    """Grade each SUBMISSION, a folder or an archive, by ASSIGNMENT.

    ASSIGNMENT is the name of a stock assignment, or the folder of one's own.
    """
    taken = read_assignment(find_assignment(assignment))
    results = []
    for path in submissions:
        drawn = secrets.randbelow(SEED_LIMIT) if seed is None else seed
        results.append(grade_one(taken, path, drawn))
        if not as_json:
            click.echo(report.text(results[-1]))
    if as_json:
        click.echo(json.dumps({"results": [result.as_data() for result in results]}, indent=2))
