"""Grading on a dask.distributed cluster: the same jobs, on other machines.

    jobs ──> scheduler ──> a worker ──run_job──> a child ──> Result ──> FOLDER/NAME.json here

A job that was with a worker that died is given to another one; each result is
taken once.  The workers need ring3 and QEMU, and an assignment of one's own
at the same path.  Install it with ``pip install ring3[cluster]``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ring3.course.assignment import read_assignment
from ring3.course.batch import Runner
from ring3.course.child import Job, run_job
from ring3.course.grade import blank
from ring3.course.result import Result, Status, save
from ring3.diagnostic import Ring3Error

CONNECT_LIMIT = 20.0  # seconds until the scheduler must have answered


def on_cluster(address: str) -> Runner:
    """The workers of the scheduler at ``address`` (``tcp://host:8786``).

    Raises Ring3Error when dask.distributed is not installed, or nobody answers.
    """
    try:
        from distributed import Client, as_completed  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise Ring3Error(
            "--scheduler needs dask.distributed", help="pip install 'ring3[cluster]'"
        ) from error

    def run(jobs: Sequence[Job], folder: Path) -> Iterator[Result]:
        try:
            client = Client(address, timeout=CONNECT_LIMIT)  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise Ring3Error(
                f"no scheduler answers at {address}: {error}",
                help="start one with `dask scheduler`, and workers with `dask worker ADDRESS`",
            ) from error
        with client:
            names = {
                client.submit(_on_worker, job.as_data(), pure=False, retries=3): job for job in jobs
            }
            for future in as_completed(list(names)):  # type: ignore[no-untyped-call]
                result = _result(future, names[future])
                save(result, folder)
                yield result

    return run


def _on_worker(data: Mapping[str, Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="ring3-worker-") as folder:
        return run_job(Job.from_data(data), Path(folder)).as_data()


def _result(future: Any, job: Job) -> Result:
    """What came back; a job that no worker could finish has failed, for no fault of the student."""
    error = future.exception()
    if error is None:
        return Result.from_data(future.result())
    begun = blank(read_assignment(job.assignment), job.name, job.seed)
    return replace(begun, status=Status.FAILED, message=f"no worker could finish it: {error}")
