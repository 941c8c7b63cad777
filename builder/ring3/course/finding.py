"""What one check of an assignment found."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ring3.course.lab import Lab


@dataclass(frozen=True)
class Finding:
    """How much of it is right (0 to 1), and in words what was expected and what was seen."""

    share: float
    expected: str = ""
    seen: str = ""


RIGHT = Finding(1.0)


class WrongError(Exception):
    """A finding from somewhere deep: nothing further of the check can be looked at."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.seen)
        self.finding = finding


Judge = Callable[["Lab", random.Random], Finding]

Judges = Mapping[str, Judge]


def wrong(expected: str, seen: str, share: float = 0.0) -> Finding:
    """Not right, or only ``share`` of it."""
    return Finding(share, expected, seen)
