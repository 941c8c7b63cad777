"""A second processor for a build that has much to make.

    what a build needs, in its order ──┬── the build itself, from the front
                                       └── a fork of it, from the back ──> memory
                                                                 they meet in between

The fork hands nothing over but what it remembers (memory.py), as any other build
at the same time would.  So it can do no harm: what it did not get done, because it
was killed or because a source has errors, the build makes and reports itself.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from ring3 import memory
from ring3.warning import untold

Job = Callable[[], object]

_MADE_BEFORE = 4
"""How much a build makes itself before it looks for help: one file changed is no reason."""


@contextmanager
def helped(jobs: Callable[[], Iterable[Job]]) -> Iterator[None]:
    """Where more than a few answers must be made within the block, a fork makes some.

    ``jobs`` says what will be asked for, in the order in which it will; it is
    called in the fork alone.  Each job remembers what it makes.
    """
    fork = _Fork(jobs)
    try:
        with memory.making(fork.count):
            yield
    finally:
        fork.stop()


class _Fork:
    def __init__(self, jobs: Callable[[], Iterable[Job]]) -> None:
        self.jobs = jobs
        self.made = 0
        self.child: int | None = None

    def count(self) -> None:
        """Something is about to be made."""
        self.made += 1
        if self.made == _MADE_BEFORE and _is_possible():
            self.start()

    def start(self) -> None:
        """Fork, with Ctrl-C held back: what it means the build decides, never the fork."""
        parent = os.getpid()
        held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            with suppress(OSError):  # no more processes: then alone
                self.child = os.fork()
            if self.child == 0:
                _help(self.jobs, parent)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)

    def stop(self) -> None:
        """End the fork, whatever it is doing."""
        if self.child is not None:
            os.kill(self.child, signal.SIGTERM)
            os.waitpid(self.child, 0)


def _is_possible() -> bool:
    """Whether there is a second processor, a memory, and no thread that a fork would lose."""
    return (
        len(os.sched_getaffinity(0)) > 1
        and memory.cache_folder() is not None
        and threading.active_count() == 1
    )


def _help(jobs: Callable[[], Iterable[Job]], parent: int) -> NoReturn:
    """What the fork does: all jobs from the last one on, as long as anybody waits for them."""
    try:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        with untold():  # the build will tell what it finds remembered
            for job in reversed(list(jobs())):
                if os.getppid() != parent:
                    break
                with suppress(Exception):  # the build will meet it itself, and tell of it
                    job()
    finally:
        os._exit(0)  # no buffer of the build's is written twice, nothing of its is cleaned up
