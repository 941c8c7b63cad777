"""Our side of a run: signals, a terminal's keys, and output that may be slow.

Each is put back, or given up, without a trace: the shell that comes after us
finds its terminal, and its signals, as they were.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import termios
import threading
from collections.abc import Iterator
from types import FrameType

_ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# What a pipe that is ready to be written takes without blocking (POSIX PIPE_BUF).
_WRITE_SIZE = 4096

_NO_KEY = b"\0"  # _POSIX_VDISABLE


class Output:
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


def is_terminal(fd: int | None) -> bool:
    return fd is not None and os.isatty(fd)


class Interruption:
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
def signals_noted() -> Iterator[Interruption]:
    """Turn signals that end a process into a note, so that ending the machine is not cut short.

    A signal that is ignored (nohup) stays so.  What is not SIGINT is raised
    again afterwards.  Only the main thread can do this; elsewhere nothing is noted.
    """
    interruption = Interruption()
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
def keys_passed(terminal: int, *, every: bool) -> Iterator[None]:
    """Pass keys on as they are pressed, for the guest's own terminal to echo and edit.

    Only the interrupt key (Ctrl-C) keeps its meaning here, and with ``every``
    not even that one.  Output stays as it was: a ``\\n`` still begins a line.
    """
    saved = termios.tcgetattr(terminal)
    passing = termios.tcgetattr(terminal)
    passing[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    characters = passing[6]
    characters[termios.VMIN], characters[termios.VTIME] = 1, 0
    characters[termios.VQUIT] = characters[termios.VSUSP] = _NO_KEY
    if every:
        passing[3] &= ~termios.ISIG
        passing[0] &= ~(termios.BRKINT | termios.ICRNL | termios.INLCR | termios.IGNCR)
        passing[0] &= ~(termios.ISTRIP | termios.INPCK | termios.IXON)
    try:
        termios.tcsetattr(terminal, termios.TCSANOW, passing)
        yield
    finally:
        # What was typed for the guest and not read must not reach the shell.
        termios.tcsetattr(terminal, termios.TCSAFLUSH, saved)
