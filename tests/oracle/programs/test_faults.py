"""Programs that do what ring 3 must not: Linux ends each with the signal that it promises."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.programs.faults import FAULTS

Toolchain = Callable[[str], Path]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_the_program_at_once_with_its_signal(program: Toolchain, name: str) -> None:
    ended = subprocess.run([program(name)], capture_output=True, check=False)
    assert ended.returncode == -FAULTS[name].signal
    assert ended.stdout == b"", "the program lived through what should have killed it"


def test_every_fault_program_has_its_signal_in_the_table() -> None:
    folder = Path(__file__).parents[3] / "user_src" / "faults"
    assert {path.stem for path in folder.glob("*.s")} == FAULTS.keys() | {"loop"}


def test_loop_speaks_and_then_never_ends_by_itself(program: Toolchain) -> None:
    with subprocess.Popen([program("loop")], stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"Round and round.\n"
        assert running.poll() is None
        running.kill()
        assert running.wait() == -signal.SIGKILL
