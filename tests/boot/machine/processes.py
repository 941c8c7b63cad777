"""Which QEMU runs which guest: looked up in /proc, so that a test sees its own alone."""

from __future__ import annotations

import os
import select
from pathlib import Path

from ring3.machine import Boot

PATIENCE = 60_000
"""Milliseconds that a dying process may take on a loaded machine."""


def processes_of(boot: Boot) -> list[int]:
    """The processes, zombies aside, that have the guest's kernel in their command line."""
    name = os.fsencode(str(boot.kernel))
    return [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and name in _command_line(process) and _is_qemu(process)
    ]


def wait_for_end(process: int) -> bool:
    """Whether ``process`` ends within PATIENCE; it may be anybody's child."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(PATIENCE))
    finally:
        os.close(descriptor)


def _command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:  # it has just ended
        return b""


def _is_qemu(process: Path) -> bool:
    return b"qemu" in _command_line(process).split(b"\0")[0]
