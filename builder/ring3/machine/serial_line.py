"""An emulator under pexpect: a process with a pseudo-terminal that is the guest's COM1.

    ring3 ──pexpect.spawn──> pseudo-terminal ──> QEMU's stdin, stdout ──> COM1
                                            └──> Bochs's /dev/tty ──────> COM1

Here is all that must happen between fork and exec: the terminal passes bytes
as they are, stderr goes to a pipe of its own, and the child asks the kernel
(Linux's, below us) to be killed when we die.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import termios
import threading
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import pexpect

# expect() never looks further back than this.  What it is handed at a time
# must be less, since it would skip the rest.
_SEARCH_WINDOW = 1 << 16
_HANDED_AT_A_TIME = 1 << 12

_NO_KEY = b"\0"  # _POSIX_VDISABLE

_PR_SET_PDEATHSIG = 1  # linux/prctl.h

T = TypeVar("T")


if TYPE_CHECKING:  # only the type stubs know that it is generic
    _Spawn = pexpect.spawn[bytes]
else:
    _Spawn = pexpect.spawn


class SerialLine(_Spawn):
    """pexpect's spawn, which waits for patterns, on bytes that somebody else reads.

    ``read(size)`` returns the next bytes of the console, or raises pexpect.EOF
    or pexpect.TIMEOUT.  pexpect's own deadlines are not used: they go by the
    wall clock, which can be set.  ``inherit`` are the file descriptors that
    the child gets besides, ``stderr`` the one that becomes its stderr.  With
    ``stdout`` its stdin and stdout are not the terminal, which it opens as
    /dev/tty then, but nothing and this descriptor.
    """

    ptyproc: Any  # a ptyprocess.PtyProcess, which has no types

    def __init__(
        self,
        command: list[str],
        *,
        read: Callable[[int], bytes],
        stderr: int,
        inherit: tuple[int, ...] = (),
        stdout: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._read = read
        self._inherit = (*inherit, stderr, *(() if stdout is None else (stdout,)))
        prepare = _preparation(stdout, stderr, inherit)
        with warnings.catch_warnings():
            # Python 3.12 warns of a fork while there are threads, since the child
            # may wait for a lock that one of them held.  `prepare` takes none.
            warnings.simplefilter("ignore", DeprecationWarning)
            super().__init__(
                command[0],
                command[1:],
                timeout=None,
                maxread=_HANDED_AT_A_TIME,
                searchwindowsize=_SEARCH_WINDOW,
                preexec_fn=prepare,
                env=None if environment is None else {**environment},
            )
        self.delaybeforesend = self.delayafterread = None
        self.delayafterclose = self.delayafterterminate = 0
        self.ptyproc.delayafterclose = self.ptyproc.delayafterterminate = 0

    def read_nonblocking(self, size: int = 1, timeout: float | None = -1) -> bytes:
        """Where pexpect's waits get their bytes."""
        del timeout
        return self._read(size)

    def _spawnpty(self, args: list[str], **settings: Any) -> Any:
        # The stubs leave this hook out.
        return super()._spawnpty(args, pass_fds=self._inherit, **settings)  # type: ignore[misc]


def in_lasting_thread(work: Callable[[], T]) -> T:
    """Do ``work`` in a thread that lives as long as the process does.

    The death that PDEATHSIG tells of is that of the thread which forked, so a
    machine started by a short-lived thread would die with it.
    """
    if threading.current_thread() is threading.main_thread():
        return work()
    return _lasting_thread(os.getpid()).submit(work).result()


@cache
def _lasting_thread(process: int) -> ThreadPoolExecutor:
    """One for each process: threads are not inherited by fork."""
    del process
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="ring3-machine")


def _preparation(stdout: int | None, stderr: int, inherit: tuple[int, ...]) -> Callable[[], None]:
    parent = os.getpid()
    ask_to_die = die_with_parent()

    def prepare() -> None:
        os.dup2(stderr, 2)
        for fd in inherit:
            os.set_inheritable(fd, True)
        _pass_bytes_unchanged(0)
        if stdout is not None:
            # While nobody has it open, the terminal would seem to be hung up.
            os.set_inheritable(os.dup(0), True)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(stdout, 1)
        ask_to_die()
        if os.getppid() != parent:  # it died before it could be watched
            os._exit(1)

    return prepare


def _pass_bytes_unchanged(terminal: int) -> None:
    """No echo, no line editing, no signals, and no ``\\n`` turned into ``\\r\\n``.

    QEMU does this too, but later (what was typed before would be echoed), and
    it leaves the last of these on.  Bochs switches signals on again: no key
    makes one then.
    """
    attributes = termios.tcgetattr(terminal)
    attributes[0] = attributes[1] = attributes[3] = 0  # input, output, local modes
    attributes[6][termios.VMIN], attributes[6][termios.VTIME] = 1, 0
    for key in (termios.VINTR, termios.VQUIT, termios.VSUSP):
        attributes[6][key] = _NO_KEY
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)


def die_with_parent(sent: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """What a child calls to get a signal when its parent dies (prctl(2)); on Linux only."""
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, sent, 0, 0, 0)

    return ask
