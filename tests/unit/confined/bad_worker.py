"""Workers of confined builds that go wrong: what the supervisor must live with."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from ring3.asm import encoder
from ring3.confined.limits import Limits
from ring3.confined.message import Answer
from ring3.confined.worker import Task, answer_to, send


def main(descriptor: int) -> None:
    """Limit this process as the real worker does; then go wrong as the request says."""
    asked = json.load(sys.stdin)
    Limits(**asked["limits"]).apply()
    _WAYS[asked["request"]["way"]](descriptor)


def _crash_keystone(_: int) -> None:
    encoder._assemble(".text", 64)  # which our grammar lets nobody say


def _hang_keystone(_: int) -> None:
    encoder._assemble("((((", 64)


def _use_memory(descriptor: int) -> None:
    def task(_: Mapping[str, object]) -> Answer:
        return Answer({"": b"x" * (1 << 40)}, {})

    _answer_by(task, descriptor)


def _write_file(descriptor: int) -> None:
    def task(_: Mapping[str, object]) -> Answer:
        with Path("/dev/shm/ring3-confined-test").open("wb") as stream:
            Path(stream.name).unlink()
            stream.write(bytes(1 << 20))
        return Answer({}, {})

    _answer_by(task, descriptor)


def _open_files(descriptor: int) -> None:
    def task(_: Mapping[str, object]) -> Answer:
        opened = [os.open("/dev/null", os.O_RDONLY) for _ in range(10_000)]
        return Answer({}, {"opened": str(len(opened))})

    _answer_by(task, descriptor)


def _answer_by(task: Task, descriptor: int) -> None:
    send(descriptor, answer_to({}, task))


def _sleep(_: int) -> None:
    time.sleep(3600)


def _sleep_silently(descriptor: int) -> None:
    os.close(descriptor)
    os.close(2)
    time.sleep(3600)


def _leave_child(descriptor: int) -> None:
    """A process of its own that holds the pipe, and lives on."""
    child = os.fork()
    if child == 0:
        time.sleep(3600)
    send(descriptor, Answer({}, {"child": str(child)}))


def _ignore_signals(_: int) -> None:
    for number in (signal.SIGXCPU, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass


def _raise(_: int) -> None:
    raise ValueError("a fault of ours")


def _send_pickle(descriptor: int) -> None:
    os.write(descriptor, b"cos\nsystem\n(S'touch /tmp/ring3-was-here'\ntR.")


def _send_without_end(descriptor: int) -> None:
    with os.fdopen(descriptor, "wb") as stream:
        while True:
            stream.write(bytes(1 << 20))


def _tell(descriptor: int) -> None:
    """What the child has: descriptors, environment, network, limits."""
    texts = {
        "descriptors": " ".join(sorted(os.listdir("/proc/self/fd"), key=int)),  # noqa: PTH208
        "own": str(descriptor),
        "environment": " ".join(sorted(os.environ)),
        "networks": " ".join(sorted(os.listdir("/sys/class/net"))),  # noqa: PTH208
        "routes": Path("/proc/self/net/route").read_text(),
        "no_new_privileges": str(ctypes.CDLL(None).prctl(39, 0, 0, 0, 0)),
        "session": str(os.getsid(0) == os.getpid()),
        "path": " ".join(sys.path),
    }
    send(descriptor, Answer({}, texts))


_WAYS: Mapping[str, Callable[[int], None]] = {
    "crash": _crash_keystone,
    "hang": _hang_keystone,
    "memory": _use_memory,
    "file_size": _write_file,
    "files": _open_files,
    "sleep": _sleep,
    "sleep silently": _sleep_silently,
    "leave a child": _leave_child,
    "ignore signals": _ignore_signals,
    "raise": _raise,
    "pickle": _send_pickle,
    "endless": _send_without_end,
    "tell": _tell,
}
