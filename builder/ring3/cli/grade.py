"""``ring3 grade``: submissions ──> points and feedback."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from ring3.cli.ending import FAILURE
from ring3.cli.options import HELP, json_option
from ring3.course import batch, gradescope, report
from ring3.course.assignment import Assignment, read_assignment
from ring3.course.cluster import on_cluster
from ring3.course.grade import SEED_LIMIT
from ring3.course.layout import find_assignment
from ring3.course.result import Result, Status
from ring3.output import write_whole

DEFAULT_OUTPUT = Path("grades")
FILE = click.Path(path_type=Path)


@click.command(context_settings=HELP)
@click.argument("assignment")
@click.argument("submissions", nargs=-1, type=FILE, metavar="[SUBMISSION]...")
@click.option(
    "-o",
    "--output",
    type=FILE,
    default=DEFAULT_OUTPUT,
    show_default=True,
    help="Folder of the results, one file each, written after every check.",
)
@click.option("--seed", type=click.IntRange(0, SEED_LIMIT - 1), help="Of all random inputs.")
@click.option("--jobs", type=click.IntRange(1), help="So many side by side (default: one a CPU).")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on this dask.distributed cluster.")
@click.option("--all", "everything", is_flag=True, help="Show hidden checks too: for teachers.")
@click.option("--csv", "csv_file", type=FILE, metavar="FILE", help="Write a row a submission.")
@click.option("--gradescope", "results_file", type=FILE, metavar="FILE", help="results.json.")
@click.option("--autolab", is_flag=True, help="End with Autolab's line of scores.")
@click.option("--handed-in", metavar="TIME", help="When, for the deadline: 2027-01-31T20:00:00Z.")
@click.option("--metadata", type=FILE, metavar="FILE", help="Gradescope's, which says when.")
@click.option(
    "--gradescope-package", "package", type=FILE, metavar="ZIP", help="Write an autograder."
)
@json_option
def grade(
    assignment: str,
    submissions: Sequence[Path],
    output: Path,
    seed: int | None,
    jobs: int | None,
    scheduler: str | None,
    everything: bool,
    csv_file: Path | None,
    results_file: Path | None,
    autolab: bool,
    handed_in: str | None,
    metadata: Path | None,
    package: Path | None,
    as_json: bool,
) -> int:
    """Grade each SUBMISSION by ASSIGNMENT, and say what was found.

    ASSIGNMENT is the name of a stock assignment, or the folder of one's own.  A
    SUBMISSION is a folder or an archive; a folder of those stands for all of
    them.  What has been graded before is not graded again, unless it or the
    assignment has changed; an interrupted run goes on where it stopped.  The
    exit status is 1 when the grader failed on one of them.
    """
    taken = read_assignment(find_assignment(assignment))
    if package is not None:
        write_whole(package, gradescope.package(taken))
        click.echo(f"{package}: upload it as the autograder of {taken.title}", err=True)
        if not submissions:
            return 0
    if not submissions:
        raise click.UsageError("Missing argument 'SUBMISSION...'.")
    if (results_file is not None or autolab) and len(submissions) != 1:
        raise click.UsageError("--gradescope and --autolab are for one SUBMISSION")
    penalty = _penalty(taken, handed_in, metadata)
    run = on_cluster(scheduler) if scheduler else batch.side_by_side(jobs)
    found = sorted(
        (
            replace(result, penalty=penalty)
            for result in _graded(taken, submissions, output, seed, run)
        ),
        key=lambda result: result.name,
    )
    _write(taken, found, csv_file, results_file)
    shown = found if everything else [report.for_student(r, taken.disclosure) for r in found]
    if as_json:
        click.echo(json.dumps({"results": [result.as_data() for result in shown]}, indent=2))
    else:
        for result in shown:
            click.echo(report.text(result))
        if len(found) > 1:
            click.echo(report.summary(found), err=True)
    if autolab and found[0].points is not None:
        click.echo(report.autolab(found[0]))
    return FAILURE if any(result.status is Status.FAILED for result in found) else 0


def _graded(
    assignment: Assignment,
    submissions: Sequence[Path],
    output: Path,
    seed: int | None,
    run: batch.Runner,
) -> Iterator[Result]:
    todo = batch.plan(assignment, batch.expanded(submissions, output), output, seed)
    if todo.done and len(todo.done) + len(todo.jobs) > 1:
        click.echo(f"{len(todo.done)} are done already, {len(todo.jobs)} to grade", err=True)
    yield from todo.done
    with click.progressbar(
        run(todo.jobs, output),
        length=len(todo.jobs),
        label="grading",
        file=sys.stderr,
        hidden=len(todo.jobs) < 2,
    ) as results:
        yield from results


def _penalty(assignment: Assignment, handed_in: str | None, metadata: Path | None) -> float:
    if assignment.deadline is None or (handed_in is None and metadata is None):
        return 0.0
    if handed_in is None:
        assert metadata is not None
        return assignment.deadline.penalty(gradescope.handed_in(metadata))
    try:
        moment = datetime.datetime.fromisoformat(handed_in)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--handed-in") from error
    return assignment.deadline.penalty(
        moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    )


def _write(
    assignment: Assignment,
    found: Sequence[Result],
    csv_file: Path | None,
    results_file: Path | None,
) -> None:
    if csv_file is not None:
        write_whole(csv_file, report.as_csv(found).encode())
    if results_file is not None:
        shown = report.for_student(found[0], assignment.disclosure)
        write_whole(results_file, (json.dumps(report.gradescope(shown), indent=2) + "\n").encode())
