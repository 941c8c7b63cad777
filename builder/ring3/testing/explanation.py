"""The post-mortem of a run that ended as it should not have.

Outcome, Machine, Boot, Options ──postmortem.explain──> a text for the report
"""

from __future__ import annotations

from ring3.diagnostic import Ring3Error
from ring3.machine import Boot, Emulator, Machine, Options, Outcome


def explanation(outcome: Outcome, machine: Machine, boot: Boot, options: Options) -> str | None:
    """Why the machine ended so, from a second run; None where that is not the kernel's doing.

    The second run is one of QEMU's, so a machine of Bochs has none.
    """
    from ring3.postmortem import explain  # noqa: PLC0415  # only who fails needs a disassembler

    if machine.emulator is not Emulator.QEMU:
        return None
    try:
        found = explain(outcome, machine, boot, options)
    except Ring3Error as error:
        return f"the run could not be repeated: {error.message}"
    return None if found is None else found.text()
