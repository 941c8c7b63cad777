"""What a grading found: data first, so that a file, a terminal and a web site show the same.

    Result ── one submission            what was graded, with which seed, how it ended
      └── CheckResult ── one check      points, what was expected and seen, a hint

A result is written after every check, so an interrupted grading is continued
where it stopped; :func:`Result.from_data` reads what :func:`Result.as_data` wrote.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from ring3.diagnostic import Ring3Error
from ring3.output import explained, write_whole


class Status(Enum):
    """How far a grading came."""

    GRADED = "graded"
    REFUSED = "refused"  # nothing could be graded, and the student can mend that
    UNFINISHED = "unfinished"  # it is still going on, or was interrupted
    FAILED = "failed"  # the grader's machine failed: no points, and no zero either


@dataclass(frozen=True)
class CheckResult:
    """One check: ``points`` of ``possible``, and why.

    ``expected`` and ``seen`` are what a teaching assistant would say, ``hint``
    leads on without giving the answer away, ``post_mortem`` explains a crash.
    Of a ``hidden`` check a student sees what the teacher allows.
    """

    name: str
    title: str
    possible: float
    points: float
    expected: str = ""
    seen: str = ""
    hint: str = ""
    post_mortem: str = ""
    hidden: bool = False
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether it gave all its points."""
        return self.points == self.possible

    @property
    def feedback(self) -> str:
        """What it says to a student; nothing when it passed."""
        if self.passed:
            return ""
        labelled = (
            ("expected", self.expected),
            ("seen", self.seen),
            ("hint", self.hint),
        )
        lines = [f"{label}: {text}" for label, text in labelled if text]
        return "\n".join([*lines, self.post_mortem] if self.post_mortem else lines)


@dataclass(frozen=True)
class Result:
    """The grading of one submission.

    ``seed`` is that of every random input: with it, the same ``submission``
    (by its digest) and the same ``assignment`` (by its digest) a re-run gives
    the same points and the same feedback.  ``message`` says what went wrong
    where the status is not GRADED.
    """

    name: str
    assignment: str
    assignment_digest: str
    submission_digest: str
    seed: int
    possible: float
    status: Status = Status.UNFINISHED
    message: str = ""
    notes: tuple[str, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    penalty: float = 0.0  # of the points, 0 to 1, for handing in late
    seconds: float = 0.0
    machine: str = ""

    @property
    def points(self) -> float | None:
        """What the student gets; None when the grader failed: that is never a zero."""
        if self.status is Status.REFUSED:
            return 0.0
        if self.status is not Status.GRADED:
            return None
        return round(sum(check.points for check in self.checks) * (1 - self.penalty), 2)

    def with_check(self, check: CheckResult) -> Result:
        """One check further."""
        return replace(self, checks=(*self.checks, check))

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "assignment": self.assignment,
            "status": self.status.value,
            "points": self.points,
            "possible": self.possible,
            "penalty": self.penalty,
            "message": self.message,
            "notes": list(self.notes),
            "seed": self.seed,
            "assignment_digest": self.assignment_digest,
            "submission_digest": self.submission_digest,
            "machine": self.machine,
            "seconds": round(self.seconds, 3),
            "checks": [
                {**asdict(check), "seconds": round(check.seconds, 3)} for check in self.checks
            ],
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Result:
        """What :meth:`as_data` gave; KeyError, TypeError or ValueError for anything else."""
        return cls(
            name=str(data["name"]),
            assignment=str(data["assignment"]),
            assignment_digest=str(data["assignment_digest"]),
            submission_digest=str(data["submission_digest"]),
            seed=int(data["seed"]),
            possible=float(data["possible"]),
            status=Status(data["status"]),
            message=str(data["message"]),
            notes=tuple(map(str, data["notes"])),
            checks=tuple(CheckResult(**check) for check in data["checks"]),
            penalty=float(data["penalty"]),
            seconds=float(data["seconds"]),
            machine=str(data["machine"]),
        )


def save(result: Result, folder: Path) -> Path:
    """Write ``folder/NAME.json``, whole or not at all."""
    path = folder / f"{result.name}.json"
    with explained(f"cannot make the folder {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, (json.dumps(result.as_data(), indent=2) + "\n").encode())
    return path


def load(path: Path) -> Result | None:
    """The result in ``path``; None when there is none, or none that can be read."""
    try:
        return Result.from_data(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    except OSError as error:
        raise Ring3Error(f"cannot read {path}: {error.strerror}") from error
