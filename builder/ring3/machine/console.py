"""`ring3 run`: the terminal on one side, the machine on the other.

stdin  ───────────────────────> COM1      once the guest is up; its end as ^D
stdout <─────────────────────── COM1      the program's bytes, as they come
stderr <─────────────────────── 0xe9      the kernel's voice, line by line
Ctrl-C, SIGTERM, SIGHUP ──────> the machine ends, the terminal is as it was
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from types import FrameType

from ring3.diagnostic import Ring3Error
from ring3.machine.command import Boot, Options
from ring3.machine.outcome import Outcome, OutcomeKind, parse_record
from ring3.machine.process import Qemu
from ring3.machine.profile import Machine
from ring3.machine.session import END_OF_INPUT, Session

ESCAPE = b"\x1d"  # Ctrl-], which ends an interactive run

# The kernel says this when it enters process 1.  From then on the serial port
# is set up, and what is typed stays until it is read.
_PROCESS_1_STARTS = b"ring3: init "
_KERNEL = b"ring3: "

_ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Seconds that the record of process 1's end waits for what the program said before it.
RECORD_DELAY = 0.2

_READ_SIZE = 4096
# What a pipe that is ready to be written takes without blocking (POSIX PIPE_BUF).
_WRITE_SIZE = 4096


def run(
    machine: Machine,
    boot: Boot,
    options: Options | None = None,
    *,
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
    interactive: bool = False,
) -> Outcome:
    """Run the machine to its end, its serial line connected to the file descriptors given.

    ``stdin`` is typed to the guest from the moment that it speaks, and its end
    as ^D.  What the guest does not read is lost, as it is with ssh.  With
    ``interactive`` it must be a terminal: every key goes to the guest at once,
    and Ctrl-] ends the run.

    A Ctrl-C, a SIGTERM or SIGHUP, and a stdout that nobody reads any more end
    the machine (INTERRUPTED); the latter two signals are then raised again.

    Raises Ring3Error when the machine cannot be started.
    """
    with (
        _signals_noted() as interruption,
        _every_key_passed(stdin) if interactive else contextlib.nullcontext(),
        Session(machine, boot, options) as session,
    ):
        connection = _Connection(session.qemu, interruption, stdin, stdout, stderr, interactive)
        connection.carry()
        outcome = session.close()
        complaint = connection.complaint()
    if complaint is not None:
        return replace(
            outcome,
            kind=OutcomeKind.MACHINE_ERROR,
            explanation=complaint,
            status=None,
            signal=None,
        )
    return outcome


class _Connection:
    """The loop between the terminal and the machine."""

    def __init__(
        self,
        qemu: Qemu,
        interruption: _Interruption,
        stdin: int | None,
        stdout: int | None,
        stderr: int | None,
        interactive: bool,
    ) -> None:
        self._qemu = qemu
        self._interruption = interruption
        self._stdin = stdin
        self._interactive = interactive
        self._guest_is_up = False
        self._early_keys = b""  # typed in an interactive run before the guest was up
        self._stdout = _Output(stdout)
        self._stderr = _Output(stderr)
        self._console_shown = 0
        self._voice_shown = 0
        self._record_due: float | None = None
        self._record_held = False
        self._one_screen = _is_terminal(stdout) and _is_terminal(stderr)

    def carry(self) -> None:
        """Carry bytes until the machine has ended and all that it said is written."""
        while not self._qemu.ended:
            self._wait()
            self._look_whether_guest_is_up()
            self._show()
        self._show()
        while (self._stdout.waiting or self._stderr.waiting) and not self._interruption.reason:
            self._wait()

    def complaint(self) -> str | None:
        """What kept the program's output from being written, if anything but a reader's leave."""
        error = self._stdout.error
        if error is None or isinstance(error, BrokenPipeError):
            return None
        return f"cannot write the program's output: {error.strerror}"

    def _wait(self) -> None:
        deadline = self._record_due if self._record_held else None
        ready = self._qemu.pump(deadline, self._awaited())
        for output in (self._stdout, self._stderr):
            if output.fd in ready:
                output.write()
        if self._stdin is not None and self._stdin in ready:
            self._read_keys(self._stdin)
        if self._interruption.reason:
            self._qemu.stop(OutcomeKind.INTERRUPTED, self._interruption.reason)
        if self._stdout.error is not None:
            self._qemu.stop(OutcomeKind.INTERRUPTED, "nobody reads the program's output any more")

    def _awaited(self) -> dict[int, int]:
        """What to wait for besides QEMU: file descriptors and their poll events."""
        awaited = {}
        if self._wants_keys and self._stdin is not None:
            awaited[self._stdin] = select.POLLIN
        if self._interruption.fd is not None:
            awaited[self._interruption.fd] = select.POLLIN
        for output in (self._stdout, self._stderr):
            if output.fd is not None and output.waiting:
                awaited[output.fd] = awaited.get(output.fd, 0) | select.POLLOUT
        return awaited

    @property
    def _wants_keys(self) -> bool:
        """Ctrl-] must be seen at any time; other input stays where it is until there is room."""
        if self._qemu.ended:
            return False
        return self._interactive or (self._guest_is_up and self._qemu.typed_all)

    def _read_keys(self, stdin: int) -> None:
        try:
            keys = os.read(stdin, _READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            keys = b""
        at_end = not keys and not os.isatty(stdin)  # on a terminal, reading goes on after ^D
        if at_end:
            self._stdin = None
        if self._interactive:
            keys, escape, _ = keys.partition(ESCAPE)
            self._type(keys)
            if escape:
                self._qemu.stop(OutcomeKind.INTERRUPTED, "ended by Ctrl-]")
        else:
            self._type(keys or END_OF_INPUT)

    def _type(self, keys: bytes) -> None:
        if self._guest_is_up:
            self._qemu.type_in(keys)
        else:
            self._early_keys += keys

    def _look_whether_guest_is_up(self) -> None:
        if self._guest_is_up:
            return
        qemu = self._qemu
        if has_begun(bytes(qemu.console), bytes(qemu.voice), has_voice=qemu.machine.debugcon):
            self._guest_is_up = True
            qemu.type_in(self._early_keys)

    def _show(self) -> None:
        """Pass on what is new.

        The two streams have no common order, and the serial line is the slower
        one.  But the record of process 1's end comes last: it waits until the
        machine has ended, or, should that not come, for a moment.
        """
        before, record = _split_at_record(self._fresh_voice())
        self._show_voice(before)
        self._stdout.send(self._fresh_console())
        if record and self._record_due is None:
            self._record_due = time.monotonic() + RECORD_DELAY
        self._record_held = bool(
            record
            and not self._qemu.ended
            and self._record_due is not None
            and time.monotonic() < self._record_due
        )
        if not self._record_held:
            self._show_voice(record)

    def _fresh_console(self) -> bytes:
        fresh = bytes(self._qemu.console[self._console_shown :])
        self._console_shown += len(fresh)
        return fresh

    def _fresh_voice(self) -> bytes:
        """What was not shown yet; only whole lines, as long as there may be more."""
        fresh = bytes(self._qemu.voice[self._voice_shown :])
        return fresh if self._qemu.ended else fresh[: fresh.rfind(b"\n") + 1]

    def _show_voice(self, lines: bytes) -> None:
        self._voice_shown += len(lines)
        if lines and self._one_screen and self._stdout.last not in (b"", b"\n"):
            lines = b"\n" + lines
            self._stdout.last = b""
        self._stderr.send(lines)


def has_begun(console: bytes, voice: bytes, *, has_voice: bool) -> bool:
    """Whether process 1 runs: the kernel said so, or something else than the kernel spoke."""
    kernel, program = (voice, console) if has_voice else (console, b"")
    lines = kernel.split(b"\n")
    if any(line.startswith(_PROCESS_1_STARTS) for line in lines):
        return True
    if has_voice:
        return program != b""
    return any(not (line.startswith(_KERNEL) or _KERNEL.startswith(line)) for line in lines)


def _split_at_record(voice: bytes) -> tuple[bytes, bytes]:
    """The lines before the first record of process 1's end, and the rest."""
    lines = voice.splitlines(keepends=True)
    for index, line in enumerate(lines):
        if parse_record(line.rstrip(b"\r\n")):
            return b"".join(lines[:index]), b"".join(lines[index:])
    return voice, b""


class _Output:
    """Bytes on their way to a file descriptor, which may be slow, or gone.

    Without a descriptor they are dropped.  The descriptor stays in blocking
    mode, since others share it: no more is written than it is ready to take.
    """

    def __init__(self, fd: int | None) -> None:
        self.fd = fd
        self.waiting = bytearray()
        self.error: OSError | None = None
        self.last = b""  # the last byte sent

    def send(self, data: bytes) -> None:
        """Write ``data``, what cannot be written at once with the next :meth:`write`."""
        if self.fd is None or self.error is not None or not data:
            return
        self.last = data[-1:]
        self.waiting += data
        self.write()

    def write(self) -> None:
        """Write as much as can be written without waiting."""
        try:
            while self.waiting and self.fd is not None and _is_writable(self.fd):
                count = os.write(self.fd, self.waiting[:_WRITE_SIZE])
                del self.waiting[:count]
        except BlockingIOError:
            pass
        except OSError as error:
            self.error = error
            self.waiting.clear()


def _is_writable(fd: int) -> bool:
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    return bool(poll.poll(0))


def _is_terminal(fd: int | None) -> bool:
    return fd is not None and os.isatty(fd)


class _Interruption:
    """Whether we were told to end: the signal's name, and a descriptor that wakes poll()."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self.fd: int | None = None

    @property
    def reason(self) -> str:
        """In words, or empty."""
        if self.signal is None:
            return ""
        return "Ctrl-C" if self.signal is signal.SIGINT else f"ended by {self.signal.name}"


@contextlib.contextmanager
def _signals_noted() -> Iterator[_Interruption]:
    """Turn signals that end a process into a note, so that ending the machine is not cut short.

    A signal that is ignored (nohup) stays so.  What is not SIGINT is raised
    again afterwards.  Only the main thread can do this; elsewhere nothing is noted.
    """
    interruption = _Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    interruption.fd, wake = os.pipe()
    os.set_blocking(wake, False)

    def note(number: int, frame: FrameType | None) -> None:
        del frame
        interruption.signal = interruption.signal or signal.Signals(number)
        with contextlib.suppress(BlockingIOError):
            os.write(wake, b"!")

    previous = {number: signal.getsignal(number) for number in _ENDING_SIGNALS}
    noted = {number for number, was in previous.items() if was not in (signal.SIG_IGN, None)}
    for number in noted:
        signal.signal(number, note)
    try:
        yield interruption
    finally:
        for number in noted:
            signal.signal(number, previous[number])
        os.close(interruption.fd)
        os.close(wake)
        if interruption.signal not in (None, signal.SIGINT):
            os.kill(os.getpid(), interruption.signal)


@contextlib.contextmanager
def _every_key_passed(terminal: int | None) -> Iterator[None]:
    """Turn off echo, line editing and signals, and on again at the end.

    Output stays as it was: the program's ``\n`` still begins a line.
    """
    if terminal is None or not os.isatty(terminal):
        raise Ring3Error(
            "an interactive run needs a terminal on stdin",
            help="leave out --interactive to pass stdin on as it comes",
        )
    saved = termios.tcgetattr(terminal)
    raw = termios.tcgetattr(terminal)
    raw[0] &= ~(termios.BRKINT | termios.ICRNL | termios.INLCR | termios.IGNCR)
    raw[0] &= ~(termios.ISTRIP | termios.INPCK | termios.IXON)
    raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    raw[6][termios.VMIN], raw[6][termios.VTIME] = 1, 0
    try:
        termios.tcsetattr(terminal, termios.TCSANOW, raw)
        yield
    finally:
        # What was typed for the guest and not read must not reach the shell.
        termios.tcsetattr(terminal, termios.TCSAFLUSH, saved)
