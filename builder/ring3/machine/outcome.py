"""How a run ended, and how we know.

    QEMU's exit status ──┐
                         ├── agree ────> exited, killed, panic, reset
    the kernel's record ─┘   disagree ─> machine error, which says what disagreed
    what we did to QEMU ───────────────> timeout, output limit, interrupted

A program can print ``ring3: exit status=0`` as well as the kernel can, and a
kernel that has lost its way can write to the exit port: so neither is believed
without the other.  The record is read from the kernel's voice.  On a machine
without that channel it must be the last thing on the serial line, where the
kernel has the last word.

    exit port   QEMU's status   means
    0x10        33              process 1 exited with status 0
    0x11        35              process 1 ended otherwise; the record says how
    0x12        37              the kernel panicked
    -           0               the machine reset itself (-no-reboot) or switched itself off
    0x00        1               or QEMU itself failed, which is why 0x00 is never used

Somebody else's kernel keeps no such record.  Of it QEMU's status is believed as
it is: what the guest wrote to the exit port, or that the machine reset.
"""

from __future__ import annotations

import re
import shlex
import signal as signals
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from ring3.diagnostic import escaped

STATUS_OF_SUCCESS = 0x10 << 1 | 1
STATUS_OF_FAILURE = 0x11 << 1 | 1
STATUS_OF_PANIC = 0x12 << 1 | 1
STATUS_OF_RESET = 0
STATUS_OF_QEMU_FAILURE = 1

_CURES = {
    "unable to find CPU model": "`qemu-system-x86_64 -cpu help` lists the models",
    "unsupported machine type": "the machine's `machine` is QEMU's -M",
    "is not a valid device model name": "`qemu-system-x86_64 -device help` lists them",
    ": invalid option": "look at the machine's `arguments`",
}


class OutcomeKind(Enum):
    """The ways in which a run can end."""

    EXITED = "exited"
    KILLED = "killed"
    PANIC = "panic"
    RESET = "reset"
    TIMEOUT = "timeout"
    OUTPUT_LIMIT = "output-limit"
    MACHINE_ERROR = "machine-error"
    INTERRUPTED = "interrupted"


_EXIT_CODES = {
    OutcomeKind.TIMEOUT: 124,
    OutcomeKind.OUTPUT_LIMIT: 124,
    OutcomeKind.MACHINE_ERROR: 125,
    OutcomeKind.PANIC: 126,
    OutcomeKind.RESET: 127,
    OutcomeKind.INTERRUPTED: 130,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended, with everything that was heard and the command to repeat it.

    ``status`` is the program's own (0..255) when it exited (of somebody else's
    kernel: what it wrote to the exit port), ``signal`` the number of the signal
    that killed it.  ``console`` has the bytes that the program wrote (COM1, the
    ``\\r`` before each ``\\n`` taken out again), ``voice`` the kernel's,
    ``messages`` what QEMU itself said.  ``qemu_status`` is QEMU's exit status,
    -N when signal N killed it, None while it runs.
    """

    kind: OutcomeKind
    explanation: str
    status: int | None = None
    signal: int | None = None
    console: bytes = field(default=b"", repr=False)
    voice: bytes = field(default=b"", repr=False)
    messages: str = field(default="", repr=False)
    command: list[str] = field(default_factory=list, repr=False)
    qemu_status: int | None = None

    @property
    def exit_code(self) -> int:
        """The exit status of ``ring3 run``: the program's own, or one of 124 to 130."""
        if self.status is not None:
            return self.status
        if self.signal is not None:
            return 128 + self.signal
        return _EXIT_CODES[self.kind]

    @property
    def shell_command(self) -> str:
        """The command, quoted so that it can be pasted into a shell."""
        return shlex.join(self.command)

    def report(self, lines: int = 20) -> str:
        """For people: how it ended, the last lines that were heard, and how to see it again."""
        return "\n".join(
            [
                f"{self.kind.value}: {self.explanation}",
                *_tail("the serial line", self.console, lines),
                *_tail("the kernel's voice", self.voice, lines),
                "to see it again:",
                f"    {self.shell_command}",
            ]
        )


@dataclass(frozen=True, slots=True)
class Record:
    """What the kernel says about the end: the last of its lines that is one of these three."""

    kind: OutcomeKind
    line: str
    status: int | None = None
    signal: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything that came out of one run of QEMU."""

    console: bytes
    voice: bytes
    messages: str
    exit_status: int | None  # None while it runs, or when a signal ended it
    exit_signal: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Why we ended QEMU ourselves."""

    kind: OutcomeKind
    reason: str


def find_record(voice: bytes) -> Record | None:
    """The last exit record in ``voice``; a line without its end does not count."""
    for line in reversed(voice.split(b"\n")[:-1]):
        record = parse_record(line)
        if record is not None:
            return record
    return None


def find_last_record(console: bytes) -> Record | None:
    """The exit record that ends ``console``, for a machine whose kernel has no other voice.

    Only lines of the kernel's report (``ring3:   rax=…``) may follow it.
    """
    for line in reversed(console.split(b"\n")[:-1]):
        if not line.startswith(b"ring3:   "):
            return parse_record(line)
    return None


def parse_record(line: bytes) -> Record | None:
    """What one line says, if it is ``ring3: exit status=N``, ``killed signal=N …``, ``panic …``."""
    text = line.decode(errors="backslashreplace").rstrip("\r")
    if match := _EXIT.fullmatch(text):
        return Record(OutcomeKind.EXITED, text, status=int(match[1]))
    if match := _KILL.fullmatch(text):
        return Record(OutcomeKind.KILLED, text, signal=int(match[1]))
    if _PANIC.fullmatch(text):
        return Record(OutcomeKind.PANIC, text)
    return None


_EXIT = re.compile(r"ring3: exit status=(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[0-9]{1,2})")
_KILL = re.compile(r"ring3: killed signal=(6[0-4]|[1-5][0-9]|[1-9])\b.*")
_PANIC = re.compile(r"ring3: panic\b.*")


def judge(
    heard: Heard,
    command: list[str],
    *,
    has_voice: bool,
    has_exit: bool,
    stop: Stop | None = None,
    foreign: bool = False,
) -> Outcome:
    """The outcome of a run that is over.

    ``has_voice`` and ``has_exit`` say whether the machine has the ports 0xe9
    and 0xf4, ``stop`` why we ended QEMU, if we did.  A machine that ended by
    itself before we could end it is judged by how it ended.  A ``foreign``
    kernel is not asked for an exit record.
    """
    record = None
    if not foreign:
        record = find_record(heard.voice) if has_voice else find_last_record(heard.console)
    if stop is not None and (heard.exit_status is None or stop.kind is OutcomeKind.OUTPUT_LIMIT):
        verdict = _stopped(stop, record, heard, has_voice=has_voice, has_exit=has_exit)
    elif heard.exit_status is None:
        verdict = _error(f"QEMU was killed by {_signal_name(heard.exit_signal)}{_said(heard)}")
    elif foreign:
        verdict = _foreign_ended(heard.exit_status, heard, has_exit=has_exit)
    else:
        verdict = _ended(heard.exit_status, record, heard, has_exit=has_exit)
    return Outcome(
        kind=verdict.kind,
        explanation=verdict.explanation,
        status=verdict.status,
        signal=verdict.signal,
        console=heard.console,
        voice=heard.voice,
        messages=heard.messages,
        command=command,
        qemu_status=-heard.exit_signal if heard.exit_signal else heard.exit_status,
    )


@dataclass(frozen=True, slots=True)
class _Verdict:
    kind: OutcomeKind
    explanation: str
    status: int | None = None
    signal: int | None = None


def _ended(status: int, record: Record | None, heard: Heard, *, has_exit: bool) -> _Verdict:
    """QEMU ended by itself: does the kernel's record agree with ``status``?"""
    if status == STATUS_OF_RESET:
        return _reset(record, heard, has_exit=has_exit)
    if status == STATUS_OF_QEMU_FAILURE or status not in _AGREEING or not has_exit:
        return _error(_qemu_failure(status, heard, has_exit=has_exit))
    meaning, agrees = _AGREEING[status]
    if record is None:
        return _error(
            f"QEMU's status {status} says that {meaning}, "
            "but the kernel ended without its exit record (`ring3: exit status=…`)"
        )
    if not agrees(record):
        return _error(
            f"QEMU's status {status} says that {meaning}, but the kernel said `{record.line}`"
        )
    return _as_recorded(record)


_AGREEING: dict[int, tuple[str, Callable[[Record], bool]]] = {
    STATUS_OF_SUCCESS: (
        "the program exited with status 0",
        lambda record: record.status == 0,
    ),
    STATUS_OF_FAILURE: (
        "the program failed or was killed",
        lambda record: record.signal is not None or record.status not in (None, 0),
    ),
    STATUS_OF_PANIC: (
        "the kernel panicked",
        lambda record: record.kind is OutcomeKind.PANIC,
    ),
}


def _reset(record: Record | None, heard: Heard, *, has_exit: bool) -> _Verdict:
    """Status 0 under -no-reboot.  Without an exit port it is how every run ends."""
    if record is None:
        return _Verdict(
            OutcomeKind.RESET,
            "the machine reset, most often by a triple fault: an exception whose handler could "
            "not be reached, and neither could that of the double fault which followed; "
            f"{_last_words(heard)}",
        )
    if has_exit:
        return _error(
            f"the kernel said `{record.line}`, "
            "but then the machine reset instead of writing to the exit port"
        )
    return _as_recorded(record)


def _foreign_ended(status: int, heard: Heard, *, has_exit: bool) -> _Verdict:
    """A kernel of which we know nothing: QEMU's status is all there is."""
    if status == STATUS_OF_RESET:
        return _Verdict(
            OutcomeKind.RESET,
            "the machine reset, most often by a triple fault, or switched itself off; "
            f"{_last_words(heard)}",
        )
    failed = status == STATUS_OF_QEMU_FAILURE and _complaints(heard.messages)
    if failed or not has_exit or not status & 1:
        return _error(_qemu_failure(status, heard, has_exit=has_exit))
    value = status >> 1
    return _Verdict(
        OutcomeKind.EXITED,
        f"the guest wrote {value:#x} to the exit port, so QEMU's status is {status}",
        status=value,
    )


def _complaints(messages: str) -> list[str]:
    """What QEMU said beside warnings, with which it goes on."""
    return [line for line in messages.splitlines() if line.strip() and "warning:" not in line]


def _stopped(
    stop: Stop, record: Record | None, heard: Heard, *, has_voice: bool, has_exit: bool
) -> _Verdict:
    """We ended QEMU: what the kernel had said before may say more than our reason does."""
    if stop.kind is OutcomeKind.TIMEOUT and record is not None:
        if has_voice and (record.kind is OutcomeKind.PANIC or not has_exit):
            return _as_recorded(record)
        return _Verdict(
            OutcomeKind.TIMEOUT,
            f"{stop.reason}, although the kernel had said `{record.line}`",
        )
    if stop.kind is OutcomeKind.TIMEOUT:
        return _Verdict(OutcomeKind.TIMEOUT, f"{stop.reason}; {_last_words(heard)}")
    return _Verdict(stop.kind, stop.reason)


def _as_recorded(record: Record) -> _Verdict:
    if record.kind is OutcomeKind.PANIC:
        reason = record.line.removeprefix("ring3: panic").lstrip(": ") or "it gave no reason"
        return _Verdict(record.kind, f"the kernel panicked: {reason}")
    if record.signal is not None:
        return _Verdict(
            record.kind,
            f"the program was killed by {_signal_name(record.signal)}: {record.line}",
            signal=record.signal,
        )
    return _Verdict(
        record.kind, f"the program exited with status {record.status}", status=record.status
    )


def _error(explanation: str) -> _Verdict:
    return _Verdict(OutcomeKind.MACHINE_ERROR, explanation)


def _qemu_failure(status: int, heard: Heard, *, has_exit: bool) -> str:
    if status == STATUS_OF_QEMU_FAILURE and heard.messages:
        return f"QEMU failed{_said(heard)}{_cure(heard.messages)}"
    if has_exit and status & 1:
        value = status >> 1
        return (
            f"QEMU ended with status {status}: the guest wrote {value:#x} to the exit port, "
            "which is none of 0x10 (success), 0x11 (failure), 0x12 (panic)"
            f"{', or QEMU failed without a word' if value == 0 else ''}{_said(heard)}"
        )
    return (
        f"QEMU ended with status {status}, which no guest of this machine can ask for{_said(heard)}"
    )


def _cure(messages: str) -> str:
    """Where to find the right word for one that QEMU does not know."""
    return next((f" ({cure})" for words, cure in _CURES.items() if words in messages), "")


def _said(heard: Heard) -> str:
    return f"; it said: {heard.messages.strip()}" if heard.messages.strip() else ""


def _last_words(heard: Heard) -> str:
    voices = (("the kernel's last line", heard.voice), ("the last line on COM1", heard.console))
    words = [f"{name}: {line}" for name, text in voices if (line := _last_line(text))]
    return "; ".join(words) or "nothing was ever heard from the guest"


def _last_line(text: bytes) -> str:
    lines = text.decode(errors="backslashreplace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _signal_name(number: int | None) -> str:
    try:
        return f"signal {number} ({signals.Signals(number or 0).name})"
    except ValueError:
        return f"signal {number}"


def _tail(name: str, text: bytes, lines: int) -> list[str]:
    if not text:
        return [f"{name}: nothing"]
    shown = text.decode(errors="backslashreplace").rstrip("\n").split("\n")
    first = f"the last {lines} lines of {name}:" if len(shown) > lines else f"{name}:"
    return [first, *(f"    {escaped(line)}" for line in shown[-lines:])]
