"""The parent of a confined build: starts the child, waits, and says how it ended.

    request ──stdin──> child ──pipe──> bytes ── read_answer ──> Answer, or raise
                         │ └─stderr──> its last words, for a crash
                         └── killed when the time is over or the answer too long

The child gets three descriptors, an environment of its own that names no cache, and
a session of its own, so that what it started ends with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ring3.confined.limits import Limits
from ring3.confined.message import Answer, MalformedError, Struck, read_answer
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


def ask(request: Mapping[str, Any], limits: Limits, *, worker: str = WORKER) -> Answer:
    """Have a child do what the request says; raises Ring3Error for any other end than an answer.

    ``worker`` is the module whose ``main`` the child calls.
    """
    status, data, words, struck = _Child(request, limits, worker).wait()
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


class _Child:
    """The process, and what comes from it."""

    def __init__(self, request: Mapping[str, Any], limits: Limits, worker: str) -> None:
        self.limits = limits
        self.end = time.monotonic() + limits.wall_seconds
        self.answer = bytearray()
        self.words = bytearray()
        asked = json.dumps({"request": request, "limits": asdict(limits)}).encode()
        reading, writing = os.pipe()
        paths = [path for path in sys.path if Path(path).is_absolute()]
        code = f"import sys; sys.path[:] = {paths!r}; import {worker} as w; w.main({writing})"
        kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        try:
            self.process = subprocess.Popen(
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
        self.pipe = reading
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError), self.process.stdin as stream:
            stream.write(asked)

    def wait(self) -> tuple[int, bytes, bytes, str | None]:
        """Its status, its answer, its last words, and which limit we ended it for."""
        assert self.process.stderr is not None
        ended = os.pidfd_open(self.process.pid)
        try:
            with self.process.stderr as errors, selectors.DefaultSelector() as selector:
                selector.register(self.pipe, selectors.EVENT_READ, self.answer)
                selector.register(errors.fileno(), selectors.EVENT_READ, self.words)
                selector.register(ended, selectors.EVENT_READ)
                struck = self._read(selector, ended)
        finally:
            # As long as nobody has asked for its status, the group is still its own.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            status = self.process.wait()
            os.close(ended)
            os.close(self.pipe)
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
    return Ring3Error(
        f"the confined build {shown}", help=f"{cure}; Limits({limit}=...) allows more"
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
    return Ring3Error(message, help=cure)
