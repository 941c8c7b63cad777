"""The parent of a confined build: starts the child, waits, and says how it ended.

    request ──stdin──> child ──pipe──> bytes ── read_answer ──> Answer, or raise
    task ──────fork──> child │ └─stderr──> its last words, for a crash
                             └── killed when the time is over or the answer too long

The child gets three descriptors, an environment of its own that names no cache, and
a session of its own, so that what it started ends with it.  A forked one (``fork``)
is for who builds many: it begins with all that its parent has loaded already.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import select
import selectors
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from ring3.confined.limits import Limits
from ring3.confined.message import Answer, MalformedError, Struck, answer_bytes, read_answer
from ring3.diagnostic import Ring3Error

WORKER = "ring3.confined.worker"
_PIECE = 1 << 20
_LAST_WORDS = 2000  # bytes of stderr that are kept
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TMPDIR")  # what a compiler needs

_CAUSE = "a macro or a repetition without end is the usual cause"
_EXPLANATIONS = {
    "cpu_seconds": ("took more than {} seconds of processor time", _CAUSE),
    "wall_seconds": ("took more than {} seconds", _CAUSE),
    "memory": ("needed more than {:,} bytes of memory", _CAUSE),
    "file_size": ("wrote a file of more than {:,} bytes", "look for a large .skip or .fill"),
    "files": ("had more than {} files open", "includes within each other are the usual cause"),
    "processes": ("would have been more than {} processes", "wait for what else is running"),
    "answer": ("made more than {:,} bytes", "look for a large .skip or .fill"),
}

_LIMITS_OF_ERRORS = {
    errno.EFBIG: "file_size",
    errno.EMFILE: "files",
    errno.EAGAIN: "processes",
    errno.ENOMEM: "memory",
}

_FAULTS = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE)


class LimitError(Ring3Error):
    """The child struck a limit: ``limit`` is the field of Limits."""

    def __init__(self, limit: str, message: str, help: str) -> None:
        super().__init__(message, help=help)
        self.limit = limit


class CrashError(Ring3Error):
    """The child died of a fault of its own, such as SIGSEGV."""


def ask(request: Mapping[str, Any], limits: Limits, *, worker: str = WORKER) -> Answer:
    """Have a child do what the request says.

    ``worker`` is the module whose ``main`` the child calls.  Raises the
    Ring3Error that the child answers, LimitError, CrashError, and Ring3Error for any
    other end than an answer.
    """
    return _answer(_Child(_interpreter(request, limits, worker), limits), limits)


def fork(task: Callable[[], Answer], limits: Limits) -> Answer:
    """The same of a child that is a fork of this process, and calls ``task``.

    The caller must have one thread.
    """
    return _answer(_Child(_forked(task, limits), limits), limits)


def _answer(child: _Child, limits: Limits) -> Answer:
    status, data, words, struck = child.wait()
    if struck is None and status == -signal.SIGXCPU:
        struck = "cpu_seconds"
    if struck is not None:
        raise _over(struck, limits)
    if status != 0:
        raise _died(status, words)
    try:
        answer = read_answer(data)
    except MalformedError:
        raise Ring3Error(
            "the confined build answered what no build answers",
            help="take the source for an attack on the assembler; please report it",
        ) from None
    if isinstance(answer, Struck):
        raise _over(answer.limit, limits)
    if isinstance(answer, Ring3Error):
        raise answer
    return answer


@dataclass(frozen=True)
class _Started:
    """A child: ``answer`` and ``words`` are pipes from it, ``reap`` waits for its status."""

    pid: int
    answer: int
    words: int
    reap: Callable[[], int]


def _interpreter(request: Mapping[str, Any], limits: Limits, worker: str) -> _Started:
    """A fresh Python."""
    asked = json.dumps({"request": request, "limits": asdict(limits)}).encode()
    reading, writing = os.pipe()
    paths = [path for path in sys.path if Path(path).is_absolute()]
    code = f"import sys; sys.path[:] = {paths!r}; import {worker} as w; w.main({writing})"
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(writing,),
            env={**kept, "HOME": "/", "RING3_CACHE": ""},
            start_new_session=True,
        )
    finally:
        os.close(writing)
    assert process.stdin is not None
    assert process.stderr is not None
    with contextlib.suppress(BrokenPipeError), process.stdin as stream:
        stream.write(asked)
    with process.stderr as errors:
        words = os.dup(errors.fileno())
    return _Started(process.pid, reading, words, process.wait)


def _forked(task: Callable[[], Answer], limits: Limits) -> _Started:
    """This Python once more."""
    answer, to_answer = os.pipe()
    words, to_words = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_the_child(task, limits, to_answer, to_words)
    os.close(to_answer)
    os.close(to_words)

    def reap() -> int:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    return _Started(pid, answer, words, reap)


def _be_the_child(
    task: Callable[[], Answer], limits: Limits, to_answer: int, to_words: int
) -> NoReturn:
    """Do the task and answer; nothing of the parent's is flushed, closed or cleaned up."""
    status = 1
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        high = os.sysconf("SC_OPEN_MAX")
        for place, descriptor in enumerate((nothing, nothing, to_words)):
            os.dup2(descriptor, place)
        for first, behind in ((3, to_answer), (to_answer + 1, high)):
            os.closerange(first, behind)
        os.environ["RING3_CACHE"] = ""
        limits.apply()
        with os.fdopen(to_answer, "wb") as stream:
            stream.write(answer_bytes(answered(task)))
        status = 0
    except BaseException:  # whatever it is, it must not go on as the parent
        os.write(2, traceback.format_exc().encode(errors="replace")[-_LAST_WORDS:])
    finally:
        os._exit(status)


def answered(task: Callable[[], Answer]) -> Answer | Ring3Error | Struck:
    """What the task makes, or what kept it from that."""
    try:
        return task()
    except Ring3Error as error:
        return error
    except MemoryError:
        return Struck("memory")
    except OSError as error:
        if error.errno not in _LIMITS_OF_ERRORS:
            raise
        return Struck(_LIMITS_OF_ERRORS[error.errno])


class _Child:
    """The process, and what comes from it."""

    def __init__(self, started: _Started, limits: Limits) -> None:
        self.started = started
        self.limits = limits
        self.end = time.monotonic() + limits.wall_seconds
        self.answer = bytearray()
        self.words = bytearray()

    def wait(self) -> tuple[int, bytes, bytes, str | None]:
        """Its status, its answer, its last words, and which limit we ended it for."""
        started = self.started
        ended = os.pidfd_open(started.pid)
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(started.answer, selectors.EVENT_READ, self.answer)
                selector.register(started.words, selectors.EVENT_READ, self.words)
                selector.register(ended, selectors.EVENT_READ)
                struck = self._read(selector, ended)
        finally:
            # As long as nobody has asked for its status, the group is still its own.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):  # one that has no group of its own yet
                signal.pidfd_send_signal(ended, signal.SIGKILL)
            status = started.reap()
            for descriptor in (ended, started.answer, started.words):
                os.close(descriptor)
        return status, bytes(self.answer), bytes(self.words), struck

    def _read(self, selector: selectors.BaseSelector, ended: int) -> str | None:
        """Read until the child has ended and nothing is left to read, or a limit is struck."""
        has_ended = False
        while True:
            left = 0.0 if has_ended else max(0.0, self.end - time.monotonic())
            ready = [key for key, _ in selector.select(timeout=left) if key.fd != ended]
            if not ready and has_ended:
                return None
            for key in ready:
                piece = os.read(key.fd, _PIECE)
                if not piece:
                    selector.unregister(key.fd)
                key.data.extend(piece)
            del self.words[:-_LAST_WORDS]
            if len(self.answer) > self.limits.answer:
                return "answer"
            if time.monotonic() >= self.end:
                return "wall_seconds"
            has_ended = self._has_ended(ended)

    def _has_ended(self, ended: int) -> bool:
        return bool(select.select([ended], [], [], 0)[0])


def _over(limit: str, limits: Limits) -> Ring3Error:
    if limit not in _EXPLANATIONS:
        return Ring3Error("the confined build ended at a limit that there is not")
    message, cure = _EXPLANATIONS[limit]
    shown = message.format(getattr(limits, limit))
    return LimitError(
        limit, f"the confined build {shown}", help=f"{cure}; Limits({limit}=...) allows more"
    )


def _died(status: int, words: bytes) -> Ring3Error:
    said = words.decode(errors="replace").strip().splitlines()
    ending = f"exit status {status}"
    if status < 0:
        with contextlib.suppress(ValueError):
            ending = signal.Signals(-status).name
    message = f"the confined build died of {ending}" + (f": {said[-1]}" if said else "")
    cure = "a source that does this is a fault of the assembler or an attack; please report it"
    if status == -signal.SIGKILL:
        cure = "the kernel may have needed its memory; try again with less running beside it"
    return (CrashError if -status in _FAULTS else Ring3Error)(message, help=cure)
