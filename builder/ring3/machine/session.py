"""A machine to talk with: send to its serial line, wait for what it answers.

    with Session(machine, boot) as session:
        session.expect("ready")        # COM1
        session.sendline("echo hello")
        session.expect_voice("exit")   # the kernel's own voice
        outcome = session.wait()

Every wait has one deadline, and ends before it when the machine does, or when
the kernel says that it panicked or killed the program: nobody waits in vain
for a guest that is already dead.  What somebody else's kernel says when it has
failed, ``fail_on`` tells: ``Session(…, fail_on=["panic", "assertion .* failed"])``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TypeVar

import pexpect

from ring3.diagnostic import Ring3Error
from ring3.machine.bochs import Bochs
from ring3.machine.command import Boot, Options
from ring3.machine.outcome import Outcome, OutcomeKind
from ring3.machine.process import EmulatorProcess
from ring3.machine.profile import Emulator, Machine
from ring3.machine.qemu import Qemu

Pattern = str | bytes | re.Pattern[bytes]
"""A regular expression over bytes; text is taken as UTF-8, and ``.`` matches ``\\n`` too."""

WAIT_TIMEOUT = 30.0
"""Seconds that a wait has unless it says otherwise."""

REST_OF_LINE = 1.0
"""Seconds that the guest has to end a line in which it says that it failed."""

END_OF_INPUT = b"\x04"  # ^D, as a terminal sends it

T = TypeVar("T")


class WaitError(Ring3Error):
    """What was waited for did not come.  ``outcome`` has the transcript, and how it ended.

    While the machine still runs (the wait's own deadline came first) the
    outcome's kind is TIMEOUT, and the session can go on.
    """

    def __init__(self, message: str, outcome: Outcome) -> None:
        super().__init__(f"{message}\n{outcome.report()}")
        self.outcome = outcome


_EMULATORS: dict[Emulator, type[EmulatorProcess]] = {
    Emulator.QEMU: Qemu,
    Emulator.BOCHS: Bochs,
}


class Session:
    """A running machine, as a context manager that never leaves one behind.

    ``fail_on`` are patterns by which the guest says on COM1 that it has failed;
    every wait ends where one comes before what is waited for (what is waited for
    wins where both begin at the same byte).  ``wait_timeout`` is in seconds, for
    every wait that does not say its own.

    Raises Ring3Error from ``with`` when the machine cannot be started.
    """

    def __init__(
        self,
        machine: Machine,
        boot: Boot,
        options: Options | None = None,
        *,
        fail_on: Pattern | Sequence[Pattern] = (),
        wait_timeout: float = WAIT_TIMEOUT,
    ) -> None:
        self._machine = machine
        self._boot = boot
        self._options = options or Options()
        self._fail_on = _compiled(fail_on)
        self._wait_timeout = wait_timeout
        self._process: EmulatorProcess | None = None
        self._voice_read = 0
        self._failure_sought = 0  # how much of the console was searched for failures
        self._matched = 0  # and how much expect() has taken

    def __enter__(self) -> Session:
        emulator = _EMULATORS[self._machine.emulator]
        self._process = emulator(self._machine, self._boot, self._options)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def process(self) -> EmulatorProcess:
        """The emulator underneath, for what a session does not tell."""
        if self._process is None:
            raise RuntimeError("a Session runs inside `with`")
        return self._process

    @property
    def console(self) -> bytes:
        """All that came over COM1 so far (and was read by a wait)."""
        return bytes(self.process.console)

    @property
    def voice(self) -> bytes:
        """All that the kernel said so far (and was read by a wait)."""
        return bytes(self.process.voice)

    @property
    def before(self) -> bytes:
        """What COM1 brought between the last match and the one before it."""
        return bytes(self.process.line.before or b"")

    @property
    def match(self) -> re.Match[bytes]:
        """The last match of :meth:`expect`."""
        match = self.process.line.match
        if not isinstance(match, re.Match):
            raise RuntimeError("no expect() has matched yet")
        return match

    def expect(self, patterns: Pattern | Sequence[Pattern], timeout: float | None = None) -> int:
        """Wait until COM1 brings one of ``patterns``; returns its index.

        A ``\\r`` is heard when the byte after it is: whether it belongs to a
        line end that the terminal made is not known before.

        Raises WaitError at the deadline, or as soon as it cannot come any more.
        """
        compiled = _compiled(patterns)
        return self._expect(compiled, _listed([p.pattern for p in compiled]), timeout)

    def expect_exact(
        self, texts: str | bytes | Sequence[str | bytes], timeout: float | None = None
    ) -> int:
        """As :meth:`expect`, for texts that stand for themselves."""
        exact = _exact(texts)
        return self._expect([re.compile(re.escape(t)) for t in exact], _listed(exact), timeout)

    def expect_voice(self, pattern: Pattern, timeout: float | None = None) -> re.Match[bytes]:
        """Wait until the kernel says ``pattern``, after the last one that was waited for.

        The kernel speaks in lines, so only whole ones are searched: ``gate=(\\S+)``
        never finds half a word.

        Raises WaitError as :meth:`expect` does.
        """
        compiled = _compiled(pattern)[0]
        if not self._machine.debugcon:  # there the kernel speaks over COM1 as well
            self.expect(compiled, timeout)
            return self.match

        def search() -> re.Match[bytes]:
            while (match := compiled.search(_whole_lines(self.voice), self._voice_read)) is None:
                self._look_for_failure()
                self.process.pump_for_wait()
            self._voice_read = match.end()
            return match

        return self._wait_for(f"{_listed([compiled.pattern])} from the kernel", search, timeout)

    def send(self, data: str | bytes) -> None:
        """Type ``data``.  The guest takes it when it reads; until then waits carry it on.

        A guest that has not set its serial port up yet loses what comes before:
        wait for its prompt first.
        """
        self.process.type_in(_encoded(data))
        self.process.pump(time.monotonic())

    def sendline(self, data: str | bytes = b"") -> None:
        """Type ``data`` and Enter (``\\n``)."""
        self.send(_encoded(data) + b"\n")

    def sendeof(self) -> None:
        """Type ^D, the end of the input."""
        self.send(END_OF_INPUT)

    def wait(self, timeout: float | None = None) -> Outcome:
        """Wait for the machine's end, by the run's deadline and within ``timeout`` seconds.

        The machine is over afterwards: at a deadline it is ended.

        Raises WaitError when the guest says that it failed (``fail_on``).
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        self._end_at_failure()
        while not self.process.ended:
            self.process.pump(deadline)
            self._end_at_failure()
            if deadline is not None and time.monotonic() >= deadline:
                self.process.stop(
                    OutcomeKind.TIMEOUT, f"the machine did not end within {timeout:g} s"
                )
        return self.process.outcome()

    def close(self) -> Outcome:
        """End the machine if it still runs."""
        self.process.stop(OutcomeKind.INTERRUPTED, "the session was closed while the machine ran")
        return self.process.outcome()

    def _expect(self, wanted: list[re.Pattern[bytes]], what: str, timeout: float | None) -> int:
        line = self.process.line
        patterns = [*wanted, *self._fail_on]

        def search() -> int:
            index = line.expect_list([*patterns], timeout=None)
            if index >= len(wanted):
                raise _FailureError(self.match.group())
            self._matched = self.process.handed - len(line.buffer or b"")
            return index

        return self._wait_for(what, search, timeout)

    def _look_for_failure(self) -> None:
        """Raise _FailureError for a failure on COM1 that was not looked at yet.

        What :meth:`expect` has matched was wanted, and is none.
        """
        console = self.process.console
        if not self._fail_on or len(console) == self._failure_sought:
            return
        line_start = console.rfind(b"\n", 0, self._failure_sought) + 1
        fresh = bytes(console[max(line_start, self._matched) :])
        self._failure_sought = len(console)
        for pattern in self._fail_on:
            if match := pattern.search(fresh):
                raise _FailureError(match.group())

    def _end_at_failure(self) -> None:
        try:
            self._look_for_failure()
        except _FailureError as failure:
            line = self._line_with(failure.said)
            self.process.stop(OutcomeKind.INTERRUPTED, f"the guest said `{line}`")
            message = f"waited for the machine's end, but the guest said `{line}`"
            raise WaitError(message, self.process.outcome()) from None

    def _line_with(self, said: bytes) -> str:
        """The whole line in which ``said`` came last, which may still be on its way."""
        process = self.process
        deadline = time.monotonic() + REST_OF_LINE
        begin = process.console.rfind(said)
        while (
            b"\n" not in process.console[begin:]
            and time.monotonic() < deadline
            and not process.ended
        ):
            process.pump(deadline)
        console = self.console
        first, end = console.rfind(b"\n", 0, begin) + 1, console.find(b"\n", begin)
        line = console[first : end if end >= 0 else len(console)]
        return line.decode(errors="backslashreplace")

    def _wait_for(self, what: str, search: Callable[[], T], timeout: float | None) -> T:
        process = self.process
        timeout = self._wait_timeout if timeout is None else timeout
        process.wait_deadline = time.monotonic() + timeout
        try:
            return search()
        except _FailureError as failure:
            message = f"waited for {what}, but the guest said `{self._line_with(failure.said)}`"
        except pexpect.EOF:
            message = f"waited for {what}, but the machine ended"
        except pexpect.TIMEOUT:
            message = f"waited {timeout:g} s for {what}"
            if process.record is not None:
                message = f"waited for {what}, but the kernel said `{process.record.line}`"
        raise WaitError(message, process.outcome())


class _FailureError(Exception):
    """The guest said that it failed."""

    def __init__(self, said: bytes) -> None:
        super().__init__(said)
        self.said = said


def _whole_lines(text: bytes) -> bytes:
    return text[: text.rfind(b"\n") + 1]


def _encoded(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _exact(texts: str | bytes | Sequence[str | bytes]) -> list[bytes]:
    return [_encoded(text) for text in ([texts] if isinstance(texts, str | bytes) else texts)]


def _compiled(patterns: Pattern | Sequence[Pattern]) -> list[re.Pattern[bytes]]:
    several = [patterns] if isinstance(patterns, str | bytes | re.Pattern) else patterns
    return [
        pattern if isinstance(pattern, re.Pattern) else re.compile(_encoded(pattern), re.DOTALL)
        for pattern in several
    ]


def _listed(texts: Sequence[bytes]) -> str:
    words = (text.decode(errors="backslashreplace").replace("\n", "\\n") for text in texts)
    return " or ".join(f"`{word}`" for word in words)
