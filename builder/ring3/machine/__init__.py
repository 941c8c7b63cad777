"""Machines: QEMU as data, started, talked with, and its end understood.

qemu/NAME.toml ──profile──> Machine ─┐
                             Boot ───┼─command──> QEMU ──process──> three streams
                            Options ─┘                                  │
          terminal <──console── run        tests <──session── Session <─┤
                                                    Outcome <──outcome──┘
Bochs (bochs.py), the stricter CPU, takes the place of QEMU (qemu.py) in machines that say so.
"""

from ring3.machine.accelerator import best_accelerator, kvm_verdict
from ring3.machine.command import Accelerator, Boot, Options, qemu_command
from ring3.machine.console import run
from ring3.machine.fitting import boot_of_image, machine_for_image
from ring3.machine.outcome import Outcome, OutcomeKind
from ring3.machine.profile import Emulator, Firmware, Machine, altered, load_machine, machine_names
from ring3.machine.session import Session, WaitError

__all__ = [
    "Accelerator",
    "Boot",
    "Emulator",
    "Firmware",
    "Machine",
    "Options",
    "Outcome",
    "OutcomeKind",
    "Session",
    "WaitError",
    "altered",
    "best_accelerator",
    "boot_of_image",
    "kvm_verdict",
    "load_machine",
    "machine_for_image",
    "machine_names",
    "qemu_command",
    "run",
]
