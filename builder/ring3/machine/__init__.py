"""Machines: QEMU as data, started, talked with, and its end understood.

qemu/NAME.toml ──profile──> Machine ─┐
                             Boot ───┼─command──> QEMU ──process──> three streams
                            Options ─┘                                  │
          terminal <──console── run        tests <──session── Session <─┤
                                                    Outcome <──outcome──┘
Beside it Bochs (bochs.py), the stricter CPU, for a disk run to its end.
"""

from ring3.machine.bochs import run_bochs
from ring3.machine.command import Accelerator, Boot, Options, qemu_command
from ring3.machine.console import run
from ring3.machine.outcome import Outcome, OutcomeKind
from ring3.machine.profile import Machine, load_machine, machine_names
from ring3.machine.session import Session, WaitError

__all__ = [
    "Accelerator",
    "Boot",
    "Machine",
    "Options",
    "Outcome",
    "OutcomeKind",
    "Session",
    "WaitError",
    "load_machine",
    "machine_names",
    "qemu_command",
    "run",
    "run_bochs",
]
