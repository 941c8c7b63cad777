"""With --deterministic a machine counts instructions, and every run is the same run."""

from __future__ import annotations

from collections.abc import Callable

from ring3.machine import Boot, Machine, Options, run

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
