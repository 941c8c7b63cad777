"""No QEMU outlives its parent, however that dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from boot.machine.processes import processes_of, wait_for_end
from ring3.machine import Boot, Machine, Session

# Starts a machine in a way, says which process it is, and waits to be killed.
PARENT = """
import os, subprocess, sys, threading
from pathlib import Path
from ring3.machine import Boot, Session, load_machine

machine = load_machine("microvm", [Path(sys.argv[1])])
session = Session(machine, Boot(kernel=Path(sys.argv[2])))
if sys.argv[3] == "another thread":
    thread = threading.Thread(target=session.__enter__)
    thread.start()
    thread.join()
else:
    session.__enter__()
session.expect("ready> ")
if sys.argv[3] == "terminal held":
    # Somebody else keeps the pseudo-terminal open, so that no SIGHUP comes.
    subprocess.Popen(["cat"], pass_fds=[session.process.line.child_fd])
print(session.process.pid, flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize("how", ["plainly", "terminal held", "another thread"])
def test_a_machine_dies_with_a_parent_that_is_killed(guest: Callable[..., Boot], how: str) -> None:
    boot = guest("echo", PAUSE=0)
    qemu = Path(__file__).parents[3] / "qemu"
    arguments = [sys.executable, "-c", PARENT, str(qemu), str(boot.kernel), how]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        machine = int(parent.stdout.readline())
        assert processes_of(boot) == [machine]
        os.kill(parent.pid, signal.SIGKILL)
        assert wait_for_end(machine)


def test_an_error_in_the_middle_of_a_session_leaves_no_machine(
    machine: Machine, guest: Callable[..., Boot]
) -> None:
    boot = guest("echo", PAUSE=0)

    def interrupted() -> None:
        with Session(machine, boot) as session:
            session.expect("ready> ")
            assert processes_of(boot) == [session.process.pid]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not processes_of(boot)


def test_a_session_leaves_no_descriptor_open(machine: Machine, guest: Callable[..., Boot]) -> None:
    boot = guest("echo", PAUSE=0)
    before = _open_descriptors()
    for _ in range(2):
        with Session(machine, boot) as session:
            session.expect("ready> ")
    assert _open_descriptors() == before


def _open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
