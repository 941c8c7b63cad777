"""With --deterministic a machine counts instructions, and every run is the same run."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from ring3.diagnostic import Ring3Error
from ring3.machine import Boot, Machine, Options, OutcomeKind, run

READINGS = 32


def _time_stamps(machine: Machine, boot: Boot, options: Options) -> list[int]:
    outcome = run(machine, boot, options)
    assert outcome.status == 0
    return [int(line, 16) for line in outcome.console.split()]


def test_deterministic_runs_read_the_same_time_stamps(
    any_machine: Machine, guest: Callable[..., Boot]
) -> None:
    boot = guest("clock")
    first, second = (_time_stamps(any_machine, boot, Options(deterministic=True)) for _ in range(2))
    assert len(first) == READINGS
    assert first == sorted(set(first))  # it is a clock
    assert first == second


def test_other_runs_do_not(machine: Machine, guest: Callable[..., Boot]) -> None:
    """The control: this guest can tell two runs apart."""
    boot = guest("clock")
    assert _time_stamps(machine, boot, Options()) != _time_stamps(machine, boot, Options())


def test_nothing_is_typed_in_a_deterministic_run(
    machine: Machine, guest: Callable[..., Boot]
) -> None:
    """Not even the ^D of an empty stdin, which would end this guest."""
    nothing, end = os.pipe()
    os.close(end)
    options = Options(deterministic=True, timeout=1)
    assert run(machine, guest("echo", PAUSE=0), options, stdin=nothing).kind is OutcomeKind.TIMEOUT
    os.close(nothing)


def test_a_deterministic_run_is_not_interactive(
    machine: Machine, guest: Callable[..., Boot]
) -> None:
    with pytest.raises(Ring3Error, match="cannot be deterministic"):
        run(machine, guest("clock"), Options(deterministic=True), stdin=0, interactive=True)
