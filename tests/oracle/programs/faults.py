"""What every program of ``user_src/faults`` dies of: Linux's signal, and the CPU's exception.

The signals are what Linux was measured to send; the tests measure it again.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """``words`` begin ring3's report; ``only_bochs`` marks what QEMU's CPU does not raise."""

    signal: signal.Signals
    words: str
    only_bochs: bool = False


FAULTS = {
    "alignment": Fault(signal.SIGBUS, "#AC alignment check", only_bochs=True),
    "behind_file": Fault(signal.SIGBUS, "read of a page behind the end of its file"),
    "bound": Fault(signal.SIGSEGV, "#BR bound range exceeded"),
    "breakpoint": Fault(signal.SIGTRAP, "#BP breakpoint"),
    "divide": Fault(signal.SIGFPE, "#DE divide error"),
    "execute_data": Fault(signal.SIGSEGV, "execution of memory that is not executable"),
    "int_dpl0": Fault(signal.SIGSEGV, "#GP INT with a vector that has no gate for programs"),
    "no_access": Fault(signal.SIGSEGV, "read of memory without rights"),
    "noncanonical": Fault(signal.SIGSEGV, "#GP a privileged instruction, or an address that"),
    "overflow": Fault(signal.SIGSEGV, "#OF overflow"),
    "privileged": Fault(signal.SIGSEGV, "#GP a privileged instruction, or an address that"),
    "read_kernel": Fault(signal.SIGSEGV, "read of kernel memory"),
    "read_null": Fault(signal.SIGSEGV, "read of the page at 0 (a null pointer)"),
    "selector": Fault(signal.SIGSEGV, "#GP a bad selector error=0x18"),
    "simd": Fault(signal.SIGFPE, "#XM SIMD floating-point error", only_bochs=True),
    "single_step": Fault(signal.SIGTRAP, "#DB debug trap"),
    "stack_overflow": Fault(signal.SIGSEGV, "write to the guard below the stack"),
    "stack_segment": Fault(signal.SIGBUS, "#SS stack segment fault", only_bochs=True),
    "undefined": Fault(signal.SIGILL, "#UD invalid instruction"),
    "write_text": Fault(signal.SIGSEGV, "write to read-only memory"),
    "x87": Fault(signal.SIGFPE, "#MF x87 floating-point error"),
}
