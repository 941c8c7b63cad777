"""What one check of an assignment found."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ring3.course.lab import Lab


@dataclass(frozen=True)
class Finding:
    """How much of it is right (0 to 1), and in words what was expected and what was seen."""

    share: float
    expected: str = ""
    seen: str = ""


RIGHT = Finding(1.0)

Judge = Callable[[Lab, random.Random], Finding]

Judges = Mapping[str, Judge]


def wrong(expected: str, seen: str, share: float = 0.0) -> Finding:
    """Not right, or only ``share`` of it."""
    return Finding(share, expected, seen)
