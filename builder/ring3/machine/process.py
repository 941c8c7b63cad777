"""One running emulator and the three streams that come out of it.

                    pseudo-terminal
    guest's COM1  <─────────────────> console   the program's bytes
    port 0xe9     ───────pipe───────> voice     the kernel's
    its stderr    ───────pipe───────> messages  the emulator's own

All three are read in one place, :meth:`EmulatorProcess.pump`, whenever anybody waits for
anything: a stream that is not read would stop the guest when its pipe is full.
What is typed goes the other way in the same place, as fast as the guest takes
it and no faster: the emulator offers a byte only while the UART's FIFO (16 bytes)
has room, the pseudo-terminal holds some, and ``pump`` keeps what that cannot take.

It does not outlive us: it gets SIGKILL when we die (PDEATHSIG), SIGHUP when the
pseudo-terminal goes, and :meth:`EmulatorProcess.stop` kills and reaps it.  What
differs from one emulator to the other is in qemu.py and bochs.py.
"""

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import select
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

import pexpect

from ring3.diagnostic import Ring3Error
from ring3.machine.command import Boot, Options
from ring3.machine.firmware import FirmwareTalk
from ring3.machine.newlines import Newlines
from ring3.machine.outcome import Heard, Outcome, OutcomeKind, Record, Stop, parse_record
from ring3.machine.profile import Machine
from ring3.machine.serial_line import SerialLine, in_lasting_thread

GRACE = 5.0
"""Seconds that the machine has to end itself after the kernel's last record.

A kernel that panicked, or that has no exit port, may have nothing left but to
halt; one that is wrong may hang in its last steps.
"""

_READ_SIZE = 1 << 16
_MESSAGES_LIMIT = 1 << 16


class EmulatorProcess(ABC):
    """A machine that runs.  Raises Ring3Error when it cannot be started.

    ``console``, ``voice`` and ``messages`` are what was heard so far, ``record``
    is the last of the kernel's records, ``ended`` says that the emulator is gone,
    and ``handed`` is how much of the console pexpect has been given.
    ``wait_deadline`` (time.monotonic()) is for the wait that ``line``, pexpect's
    end of the serial line, is in.
    """

    def __init__(self, machine: Machine, boot: Boot, options: Options) -> None:
        self.machine = machine
        self.options = options
        self.foreign = boot.foreign
        self._check(boot)
        self.command = self._command(boot)
        self.console = bytearray()
        self.voice = bytearray()
        self.messages = bytearray()
        self.record: Record | None = None
        self.ended = False
        self.wait_deadline: float | None = None
        self._deadline: float | None = None
        self._grace_ends: float | None = None
        self._over_limit = False
        self._stop: Stop | None = None
        self._newlines = Newlines()
        self._firmware_talk = FirmwareTalk(machine.firmware)
        self._to_type = bytearray()
        self.handed = 0
        self._searched = 0  # how much of the kernel's words was searched for records
        self._pipes: dict[int, Callable[[bytes], None]] = {}
        self.line = self._start(boot)
        if options.timeout is not None:
            self._deadline = time.monotonic() + options.timeout

    @property
    def pid(self) -> int:
        """The emulator's process, and its process group."""
        pid = self.line.pid
        assert pid is not None
        return pid

    def pump(self, deadline: float | None, also: Mapping[int, int] | None = None) -> set[int]:
        """Wait for the next event, move the bytes that it brings, and return.

        Waits for any of the emulator's streams, or of the file descriptors ``also``
        (each with its poll events), and until ``deadline`` (time.monotonic())
        at most.  Returns those of ``also`` that are ready.  At the run's own
        deadline and at the output limit the emulator is ended.
        """
        poll = select.poll()
        for fd, events in (also or {}).items():
            poll.register(fd, events)
        if not self.ended:
            room = select.POLLOUT if self._to_type else 0
            poll.register(self._terminal, select.POLLIN | room)
            for fd in self._pipes:
                poll.register(fd, select.POLLIN)
        ready = dict(poll.poll(_milliseconds_until(_earliest(deadline, self._run_deadline()))))

        for fd in set(self._pipes) & set(ready):
            self._read_pipe(fd)
        if not self.ended and self._terminal in ready:
            if self._to_type and ready[self._terminal] & select.POLLOUT:
                self._write_terminal()
            self._read_terminal()
        self._keep_limits()
        return set(ready) & set(also or ())

    def pump_for_wait(self) -> None:
        """:meth:`pump`, on behalf of a wait for something that the guest should say.

        Raises pexpect.TIMEOUT at ``wait_deadline``, or a little after the
        kernel's last record: what has not come then will not come.  Raises
        pexpect.EOF when the machine has ended.
        """
        if self.ended:
            raise pexpect.EOF("the machine has ended")
        deadline = _earliest(self.wait_deadline, self._grace_ends)
        if deadline is not None and time.monotonic() >= deadline:
            raise pexpect.TIMEOUT("the deadline of this wait has passed")
        self.pump(deadline)

    def type_in(self, data: bytes) -> None:
        """Queue ``data`` for the guest's COM1; ``pump`` carries it there."""
        self._to_type += data

    @property
    def typed_all(self) -> bool:
        """Whether all that was queued is on its way."""
        return not self._to_type

    def stop(self, kind: OutcomeKind, reason: str) -> None:
        """End the emulator now and remember why, unless it has ended already."""
        if self.ended:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._stop = self._stop or Stop(kind, reason)
        self._finish()

    def outcome(self) -> Outcome:
        """How the machine ended; while it runs, what stopping it here would give."""
        running = Stop(OutcomeKind.TIMEOUT, "the machine is still running")
        heard = Heard(
            bytes(self.console),
            bytes(self.voice),
            self.messages.decode(errors="backslashreplace"),
            exit_status=self.line.exitstatus,
            exit_signal=self.line.signalstatus,
        )
        return self._judge(heard, self._stop if self.ended else running)

    @abstractmethod
    def _check(self, boot: Boot) -> None:
        """Raise Ring3Error for what can be known to be missing before it starts."""

    @abstractmethod
    def _command(self, boot: Boot) -> list[str]:
        """The command by which a person sees the run again."""

    @abstractmethod
    def _spawn(self, boot: Boot, voice: int, messages: int) -> SerialLine:
        """Start it, with the ends of two pipes for what it tells."""

    @abstractmethod
    def _judge(self, heard: Heard, stop: Stop | None) -> Outcome:
        """How it ended; ``stop`` when we ended it."""

    def _start(self, boot: Boot) -> SerialLine:
        voice, voice_end = _pipe()
        messages, messages_end = _pipe()
        self._pipes = {voice: self._hear_voice, messages: self._hear_messages}
        try:
            line = in_lasting_thread(lambda: self._spawn(boot, voice_end, messages_end))
        except BaseException as error:
            self._close_pipes()
            if isinstance(error, OSError | pexpect.ExceptionPexpect):
                raise Ring3Error(f"cannot start {self.command[0]}: {error}") from error
            raise
        finally:
            os.close(voice_end)
            os.close(messages_end)
        os.set_blocking(line.child_fd, False)
        return line

    @property
    def _terminal(self) -> int:
        return self.line.child_fd

    def _hand_over(self, size: int) -> bytes:
        """The next bytes of the console for pexpect."""
        while self.handed == len(self.console):
            self.pump_for_wait()
        fresh = bytes(self.console[self.handed : self.handed + size])
        self.handed += len(fresh)
        return fresh

    def _read_terminal(self) -> None:
        try:
            data = os.read(self._terminal, _READ_SIZE)
        except BlockingIOError:
            return
        except OSError:  # EIO: the other end is closed
            data = b""
        if data:
            self._hear_console(self._undo(data))
        else:
            self._finish()

    def _write_terminal(self) -> None:
        with contextlib.suppress(OSError):  # no room after all, or closed: reading will tell
            count = os.write(self._terminal, self._to_type)
            del self._to_type[:count]

    def _read_pipe(self, fd: int) -> bool:
        """Whether there may be more."""
        try:
            data = os.read(fd, _READ_SIZE)
        except BlockingIOError:
            return False
        if data:
            self._pipes[fd](data)
        else:
            del self._pipes[fd]
            os.close(fd)
        return bool(data)

    def _undo(self, data: bytes) -> bytes:
        """The program's bytes in what came over the terminal."""
        return self._firmware_talk.feed(self._newlines.feed(data))

    def _undo_rest(self) -> bytes:
        return self._firmware_talk.feed(self._newlines.rest()) + self._firmware_talk.rest()

    def _hear_console(self, data: bytes) -> None:
        self._keep(self.console, data)
        if not self.machine.debugcon:
            self._search_record(self.console, data)

    def _hear_voice(self, data: bytes) -> None:
        self._keep(self.voice, data)
        self._search_record(self.voice, data)

    def _hear_messages(self, data: bytes) -> None:
        self.messages += data
        del self.messages[:-_MESSAGES_LIMIT]  # what it said last tells why it ended

    def _keep(self, transcript: bytearray, data: bytes) -> None:
        room = self.options.output_limit - len(self.console) - len(self.voice)
        transcript += data[:room]
        self._over_limit = self._over_limit or len(data) > room

    def _search_record(self, transcript: bytearray, fresh: bytes) -> None:
        """Look through the lines that ``fresh`` completed."""
        if b"\n" not in fresh or self.foreign:
            return
        end = transcript.rfind(b"\n") + 1
        for line in bytes(transcript[self._searched : end]).split(b"\n"):
            if record := parse_record(line):
                self.record = record
                self._grace_ends = time.monotonic() + GRACE
        self._searched = end

    def _run_deadline(self) -> float | None:
        """When the machine must have ended.

        After a record that only the kernel can have made, and that only
        process 1's end or a panic makes, it should end at once.
        """
        if self.record is None or not self.machine.debugcon:
            return self._deadline
        if self.machine.debug_exit and self.record.kind is OutcomeKind.KILLED:
            return self._deadline
        return _earliest(self._deadline, self._grace_ends)

    def _keep_limits(self) -> None:
        deadline = self._run_deadline()
        if self._over_limit:
            self.stop(OutcomeKind.OUTPUT_LIMIT, self._over_limit_reason())
        elif deadline is not None and time.monotonic() >= deadline:
            self.stop(OutcomeKind.TIMEOUT, self._timeout_reason(deadline))

    def _over_limit_reason(self) -> str:
        return f"the guest wrote more than {self.options.output_limit:,} bytes"

    def _timeout_reason(self, deadline: float) -> str:
        if deadline == self._deadline:
            return f"the machine was still running after {self.options.timeout:g} s"
        return f"the machine ran on for {GRACE:g} s after the kernel's last record"

    def _finish(self) -> None:
        """The emulator is going: reap it, and hear what it left in the pipes."""
        self.line.wait()
        while data := self._read_rest():
            self._hear_console(self._undo(data))
        self._hear_console(self._undo_rest())
        for fd in list(self._pipes):
            while self._read_pipe(fd):
                pass
        self._close_pipes()
        self.line.close()
        self.ended = True
        if self._over_limit:
            self._stop = Stop(OutcomeKind.OUTPUT_LIMIT, self._over_limit_reason())

    def _read_rest(self) -> bytes:
        try:
            return os.read(self._terminal, _READ_SIZE)
        except OSError:  # EIO: nothing is left
            return b""

    def _close_pipes(self) -> None:
        for fd in self._pipes:
            os.close(fd)
        self._pipes.clear()


def _pipe() -> tuple[int, int]:
    """A pipe whose ends stay clear of 0, 1 and 2; reading does not block."""
    ends = os.pipe()
    reader, writer = (fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 3) for fd in ends)
    for fd in ends:
        os.close(fd)
    os.set_blocking(reader, False)
    return reader, writer


def _earliest(*deadlines: float | None) -> float | None:
    return min((deadline for deadline in deadlines if deadline is not None), default=None)


def _milliseconds_until(deadline: float | None) -> int | None:
    """For poll(), rounded up, so that it does not return just before the deadline."""
    if deadline is None:
        return None
    return max(0, math.ceil((deadline - time.monotonic()) * 1000))
