"""What a check says of a run: what matched, what is missing, what must not be there.

    Check + Outcome ──judge──> Verdict ──report──> the transcript with marks in its margin

        GOOD       1 | one
                   2 | tow
        MISSING      | two                  the nearest is line 2
        BAD        3 | panic: out of luck   forbidden: contains `panic`

A guest can print anything: what it said is matched as text, and shown with
everything escaped that a terminal would obey.
"""

from __future__ import annotations

import difflib
import signal as signals
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ring3.diagnostic import escaped
from ring3.machine.outcome import STATUS_OF_QEMU_FAILURE, Outcome, OutcomeKind
from ring3.testing.check import Check, LineKind, Order, Pattern, Voice

CONTEXT = 2
"""Lines that are shown around one that is marked."""

TAIL = 10
"""Lines that are shown of a transcript's end."""

LONGEST_LINE = 240
"""Characters of a line that are shown."""

NEAR_ENOUGH = 0.6
"""From which similarity (difflib's ratio) a line is shown as the nearest to a missing one."""

_NEAREST_AMONG = 2_000  # lines, from the end, that are compared with a missing one

VOICES = {Voice.CONSOLE: "the serial line", Voice.KERNEL: "the kernel's voice"}


@dataclass(frozen=True, slots=True)
class Matched:
    """A line that was expected, and came.  ``number`` counts from 1."""

    pattern: Pattern
    number: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A line that was expected, and did not come where it should.

    ``after`` is the number of the line behind which it was looked for, ``note``
    what came instead, if anything did.
    """

    pattern: Pattern
    after: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unwanted:
    """A line that must not be there, and why."""

    number: int
    voice: Voice
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a check.

    ``end`` says how the run should have ended, if it ended otherwise.
    ``inconclusive`` says that QEMU failed, not the guest: it is nobody's fault
    who wrote the guest.
    """

    check: Check
    outcome: Outcome
    end: str | None
    matched: tuple[Matched, ...]
    missing: tuple[Missing, ...]
    unwanted: tuple[Unwanted, ...]
    inconclusive: bool = False

    @property
    def passed(self) -> bool:
        """Whether all is as it was expected."""
        return self.end is None and not self.missing and not self.unwanted

    @property
    def points(self) -> float:
        """The check's points, or none."""
        return self.check.points if self.passed else 0

    @property
    def summary(self) -> str:
        """One line."""
        if self.passed:
            return f"{self.outcome.kind.value}, as it should be"
        faults = [self.end] if self.end else []
        if self.missing:
            faults.append(f"{_lines(self.missing)} missing")
        if self.unwanted:
            faults.append(f"{_lines(self.unwanted)} that must not be there")
        return "; ".join(faults)

    def report(self) -> str:
        """For people: what was expected, marked in what was heard."""
        check = self.check
        worth = f" ({self.points:g} of {check.points:g} points)"
        lines = [f"{'passed' if self.passed else 'FAILED'}: {check.heading}{worth}"]
        lines.append(f"{self.outcome.kind.value}: {self.outcome.explanation}")
        if not self.passed:
            lines.append(self.summary)
        lines += self._transcript(Voice.CONSOLE)
        lines += self._transcript(Voice.KERNEL)
        if check.hint and not self.passed:
            lines.append(f"hint: {check.hint}")
        return "\n".join(lines)

    def as_data(self) -> dict[str, Any]:
        """For JSON; bytes that are not UTF-8 are shown as ``\\xNN``."""
        return {
            "name": self.check.name,
            "title": self.check.heading,
            "passed": self.passed,
            "inconclusive": self.inconclusive,
            "points": self.points,
            "of": self.check.points,
            "summary": self.summary,
            "outcome": self.outcome.kind.value,
            "explanation": self.outcome.explanation,
            "status": self.outcome.status,
            "signal": self.outcome.signal,
            "qemu_status": self.outcome.qemu_status,
            "matched": [{"line": m.number, "pattern": str(m.pattern)} for m in self.matched],
            "missing": [{"pattern": str(m.pattern), "note": m.note} for m in self.missing],
            "unwanted": [
                {"line": u.number, "voice": u.voice.value, "reason": u.reason}
                for u in self.unwanted
            ],
        }

    def _transcript(self, voice: Voice) -> list[str]:
        heard = lines_of(_bytes_of(self.outcome, voice))
        good = {m.number for m in self.matched if m.pattern.voice is voice}
        bad = {u.number: u.reason for u in self.unwanted if u.voice is voice}
        missing = [m for m in self.missing if m.pattern.voice is voice]
        if voice is Voice.KERNEL and not (good or bad or missing or self.end):
            return []  # it told a run as it should be
        if not heard and not missing:
            return [f"{VOICES[voice]}: nothing"]
        wanted = {m.after for m in missing}
        marked = good | set(bad) | wanted
        shown = {n + d for n in marked for d in range(-CONTEXT, CONTEXT + 1)}
        shown |= set(range(len(heard) - TAIL + 1, len(heard) + 1))
        picture = [f"{VOICES[voice]}, {_lines(heard)}:"]
        picture += _missing_after(0, missing)
        last = 0
        for number in sorted(n for n in shown if 1 <= n <= len(heard)):
            if number != last + 1:
                picture.append("        ...")
            last = number
            mark = "BAD" if number in bad else "GOOD" if number in good else ""
            remark = f"    <-- {bad[number]}" if number in bad else ""
            picture.append(f"{mark:<8}{number:>5} | {shown_line(heard[number - 1])}{remark}")
            picture += _missing_after(number, missing)
        return picture


def judge(check: Check, outcome: Outcome) -> Verdict:
    """What ``check`` says of a run that ended as ``outcome``."""
    matched: list[Matched] = []
    missing: list[Missing] = []
    unwanted: list[Unwanted] = []
    for voice in Voice:
        heard = lines_of(_bytes_of(outcome, voice))
        expected = [pattern for pattern in check.expected if pattern.voice is voice]
        find = _find_anywhere if check.order is Order.ANYWHERE else _find_in_sequence
        found, lost = find(expected, heard)
        matched += found
        missing += lost
        unwanted += _forbidden(check, voice, heard)
        if check.order is Order.WHOLE and voice is Voice.CONSOLE:
            unwanted += _beside({match.number for match in found}, heard)
    return Verdict(
        check,
        outcome,
        _wrong_end(check, outcome),
        tuple(matched),
        tuple(missing),
        tuple(unwanted),
        inconclusive=is_qemu_failure(outcome),
    )


def is_qemu_failure(outcome: Outcome) -> bool:
    """Whether QEMU itself failed or was killed from outside.

    A guest that jumps out of its memory makes QEMU abort (SIGABRT): that is the
    guest's fault.
    """
    if outcome.kind is not OutcomeKind.MACHINE_ERROR or outcome.qemu_status is None:
        return False
    if outcome.qemu_status < 0:
        return outcome.qemu_status != -signals.SIGABRT
    return outcome.qemu_status == STATUS_OF_QEMU_FAILURE and outcome.messages.strip() != ""


def lines_of(text: bytes) -> list[str]:
    """The lines of a transcript without their ends; bytes that are no UTF-8 as ``\\xNN``."""
    lines = text.decode(errors="backslashreplace").split("\n")
    return lines if lines[-1] else lines[:-1]


def shown_line(line: str) -> str:
    """``line`` as it can be shown on any terminal."""
    more = f"… ({len(line) - LONGEST_LINE:,} more)" if len(line) > LONGEST_LINE else ""
    return escaped(line[:LONGEST_LINE]) + more


def _bytes_of(outcome: Outcome, voice: Voice) -> bytes:
    return outcome.console if voice is Voice.CONSOLE else outcome.voice


def _find_in_sequence(
    expected: Sequence[Pattern], heard: Sequence[str]
) -> tuple[list[Matched], list[Missing]]:
    """Each after the one before it.  The earliest line is taken, which leaves most to the rest."""
    matched: list[Matched] = []
    missing: list[Missing] = []
    last = 0
    for pattern in expected:
        number = _first(pattern, heard, last)
        if number is None:
            missing.append(Missing(pattern, last, _instead(pattern, heard, last)))
        else:
            matched.append(Matched(pattern, number))
            last = number
    return matched, missing


def _find_anywhere(
    expected: Sequence[Pattern], heard: Sequence[str]
) -> tuple[list[Matched], list[Missing]]:
    """Each somewhere; what is expected twice must come twice."""
    matched: list[Matched] = []
    missing: list[Missing] = []
    last: dict[Pattern, int] = {}
    for pattern in expected:
        number = _first(pattern, heard, last.get(pattern, 0))
        if number is None:
            missing.append(Missing(pattern, len(heard), _nearest(pattern, heard)))
        else:
            matched.append(Matched(pattern, number))
            last[pattern] = number
    return matched, missing


def _first(pattern: Pattern, heard: Sequence[str], after: int) -> int | None:
    for number in range(after + 1, len(heard) + 1):
        if pattern.matches(heard[number - 1]):
            return number
    return None


def _instead(pattern: Pattern, heard: Sequence[str], after: int) -> str:
    early = _first(pattern, heard[:after], 0)
    return f"it came too early, in line {early}" if early else _nearest(pattern, heard)


def _nearest(pattern: Pattern, heard: Sequence[str]) -> str:
    if pattern.kind is LineKind.REGEX:
        return ""
    first = max(0, len(heard) - _NEAREST_AMONG)
    lines = [line[:LONGEST_LINE] for line in heard[first:]]
    near = difflib.get_close_matches(pattern.text, lines, n=1, cutoff=NEAR_ENOUGH)
    if not near:
        return ""
    number = first + lines.index(near[0]) + 1
    if near[0].split() == pattern.text.split():
        return f"line {number} differs in blanks alone: {near[0]!r}"
    return f"the nearest is line {number}"


def _forbidden(check: Check, voice: Voice, heard: Sequence[str]) -> Iterator[Unwanted]:
    patterns = [pattern for pattern in check.forbidden if pattern.voice is voice]
    for number, line in enumerate(heard, 1):
        for pattern in patterns:
            if pattern.matches(line):
                yield Unwanted(number, voice, f"forbidden: {pattern}")
                break


def _beside(good: set[int], heard: Sequence[str]) -> Iterator[Unwanted]:
    for number in range(1, len(heard) + 1):
        if number not in good:
            yield Unwanted(number, Voice.CONSOLE, "no line but the expected ones may be there")


def _wrong_end(check: Check, outcome: Outcome) -> str | None:
    """How the run should have ended, if it did not end so."""
    if not check.ends_by_itself:
        return _wrong_end_of_any(outcome)
    wanted = check.outcome or (OutcomeKind.EXITED if check.qemu_status is None else None)
    status = check.status
    if check.records and wanted is OutcomeKind.EXITED and status is None:
        status = 0
    right = (
        wanted in (None, outcome.kind)
        and status in (None, outcome.status)
        and check.signal in (None, outcome.signal)
        and check.qemu_status in (None, outcome.qemu_status)
    )
    if right:
        return None
    asked = [] if wanted is None else [wanted.value]
    if status is not None:
        asked.append(f"status {status}")
    if check.signal is not None:
        asked.append(f"signal {check.signal}")
    if check.qemu_status is not None:
        asked.append(f"QEMU's status {check.qemu_status}")
    return f"it should have ended with {', '.join(asked)}, but ended with {_ended_with(outcome)}"


def _wrong_end_of_any(outcome: Outcome) -> str | None:
    """Only lines are expected: the machine may run on, or end by itself, but not fall over."""
    if outcome.kind in (OutcomeKind.EXITED, OutcomeKind.TIMEOUT, OutcomeKind.INTERRUPTED):
        return None
    return f"it must not end with {_ended_with(outcome)}, unless the check's `outcome` says so"


def _ended_with(outcome: Outcome) -> str:
    words = [outcome.kind.value]
    if outcome.status is not None:
        words.append(f"status {outcome.status}")
    if outcome.signal is not None:
        words.append(f"signal {outcome.signal}")
    if outcome.qemu_status is not None:
        words.append(f"QEMU's status {outcome.qemu_status}")
    return ", ".join(words)


def _missing_after(number: int, missing: Sequence[Missing]) -> list[str]:
    return [
        f"{'MISSING':<8}      | {_pattern(lost.pattern)}"
        + (f"    <-- {lost.note}" if lost.note else "")
        for lost in missing
        if lost.after == number
    ]


def _pattern(pattern: Pattern) -> str:
    text = shown_line(pattern.text)
    return text if pattern.kind is LineKind.LINE else f"{pattern.kind.value} `{text}`"


def _lines(things: Sequence[object]) -> str:
    return f"{len(things):,} line{'' if len(things) == 1 else 's'}"
