"""What a child process may take, and how it takes that upon itself.

    Limits ── apply ──> setrlimit    processor time, memory, files, processes
                        unshare      no network, where the kernel lets us
                        Landlock     no file but those that it needs, likewise
                        prctl        no death of ours survived, no more rights

A limit can be lowered by everyone, and raised again by nobody without privilege.
(setrlimit(2), unshare(2), prctl(2); the numbers are those of linux/sched.h and
linux/prctl.h.)
"""

from __future__ import annotations

import contextlib
import ctypes
import resource
import signal
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from ring3.confined.landlock import read_only_below

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38

_PACKAGES = ("ring3", "keystone", "capstone", "elftools")


@dataclass(frozen=True)
class Limits:
    """The bounds of one build; the defaults are ample for the stock system with programs.

    Times are in seconds, sizes in bytes.  ``memory`` bounds the address space,
    Python and its libraries included; ``file_size`` each file that is written
    (a compiler has temporary ones); ``processes`` all of the user's, which the
    kernel does not enforce for root; ``answer`` what comes back.  With ``folders``
    it opens no file but to read it, and none but below these and below what
    Python itself is made of.
    """

    cpu_seconds: int = 60
    wall_seconds: float = 120.0
    memory: int = 2 << 30
    file_size: int = 64 << 20
    files: int = 256
    processes: int = 512
    answer: int = 256 << 20
    folders: tuple[str, ...] | None = None

    def apply(self) -> None:
        """Limit this process, for good."""
        _call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if not _call("unshare", _CLONE_NEWNET):  # root may; others in a name space of their own
            _call("unshare", _CLONE_NEWUSER | _CLONE_NEWNET)
        if self.folders is not None:
            read_only_below((*self.folders, *_of_python()))
        # The second later kill is for who ignores the signal of the first.
        _lower(resource.RLIMIT_CPU, self.cpu_seconds, self.cpu_seconds + 1)
        _lower(resource.RLIMIT_AS, self.memory, self.memory)
        _lower(resource.RLIMIT_FSIZE, self.file_size, self.file_size)
        _lower(resource.RLIMIT_NOFILE, self.files, self.files)
        _lower(resource.RLIMIT_NPROC, self.processes, self.processes)
        _lower(resource.RLIMIT_CORE, 0, 0)


def _of_python() -> Iterator[str]:
    """Where modules and libraries come from: what is imported late is read late."""
    yield from ("/usr", "/lib", "/lib64", "/dev", sys.prefix, sys.base_prefix)
    yield from sysconfig.get_paths().values()
    for package in _PACKAGES:
        found = find_spec(package)
        yield from (found and found.submodule_search_locations) or ()


def _lower(which: int, soft: int, hard: int) -> None:
    _, most = resource.getrlimit(which)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(which, (soft, hard))


def _call(name: str, *arguments: int) -> bool:
    """Call the C library; False when the kernel refuses, or has no such thing."""
    with contextlib.suppress(AttributeError):
        return bool(getattr(ctypes.CDLL(None), name)(*arguments) == 0)
    return False
