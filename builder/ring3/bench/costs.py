"""Costs as data: read from what ``bench`` prints, shown as a table or as JSON.

syscall getppid 41        a line of the program's
        │ parse
{"getppid": {"syscall": 41}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ring3.diagnostic import Ring3Error

DOORS: Mapping[str, str] = {"int80": "INT 0x80", "syscall": "SYSCALL", "vdso": "vDSO"}

NAMES: Mapping[str, str] = {
    "unknown": "a number without a call",
    "getppid": "getppid",
    "clock_gettime": "clock_gettime(MONOTONIC)",
    "clock_gettime_coarse": "clock_gettime(MONOTONIC_COARSE)",
    "gettimeofday": "gettimeofday",
    "time": "time",
    "getcpu": "getcpu",
}

Ticks = Mapping[str, Mapping[str, int]]
"""Of each question, by each door: ticks of the time stamp counter a call."""

_LINE = re.compile(rb"^(\w+) (\w+) (\d+)\r?$", re.MULTILINE)
_END = re.compile(rb"^end\r?$", re.MULTILINE)


@dataclass(frozen=True)
class Costs:
    """One kernel's: ``instructions`` repeat exactly, ``time`` is the host's under TCG."""

    kernel: str
    instructions: Ticks
    time: Ticks

    def ratio(self, question: str, door: str) -> float:
        """Host time as a multiple of the cheapest call's."""
        cheapest = min(ticks for row in self.time.values() for ticks in row.values())
        return self.time[question][door] / max(cheapest, 1)


def parse(output: bytes, ending: str = "") -> dict[str, dict[str, int]]:
    """What ``bench`` printed, among whatever else a kernel says on the same line.

    Raises Ring3Error when the program did not get to its end; ``ending`` is how the run ended.
    """
    if not _END.search(output):
        why = f": {ending}" if ending else ""
        said = output.decode(errors="backslashreplace").splitlines()[-10:] or ["(none)"]
        raise Ring3Error(
            f"bench did not come to its end{why}; the last lines were\n" + "\n".join(said)
        )
    ticks: dict[str, dict[str, int]] = {}
    for door, question, number in _LINE.findall(output):
        if door.decode() in DOORS:
            ticks.setdefault(question.decode(), {})[door.decode()] = int(number)
    return ticks


def as_data(kernels: list[Costs]) -> dict[str, Any]:
    """For ``--json``: instructions a call, and host time as a multiple of the cheapest."""
    return {
        costs.kernel: {
            "instructions": costs.instructions,
            "time": {
                question: {door: round(costs.ratio(question, door), 2) for door in row}
                for question, row in costs.time.items()
            },
        }
        for costs in kernels
    }


def render(kernels: list[Costs]) -> str:
    """A table for each kernel."""
    return "\n\n".join(_table(costs) for costs in kernels)


def _table(costs: Costs) -> str:
    lines = [
        f"{costs.kernel}: instructions a call, the caller's loop among them"
        " (x: host time, the cheapest is 1)",
        f"{'':33}" + "".join(f"{title:>18}" for title in DOORS.values()),
    ]
    for question in costs.instructions:
        cells = "".join(_cell(costs, question, door) for door in DOORS)
        lines.append(f"  {NAMES.get(question, question):<31}{cells}".rstrip())
    return "\n".join(lines)


def _cell(costs: Costs, question: str, door: str) -> str:
    instructions = costs.instructions[question].get(door)
    if instructions is None:
        return f"{'-':>9}{'':9}"
    return f"{instructions:>9}{costs.ratio(question, door):>8.1f}x"
