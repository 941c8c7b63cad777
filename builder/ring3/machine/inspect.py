"""The guest from outside, while it stands still: registers, memory, and what lies in it.

    with Session(machine, boot, Options(monitor=PATH)) as session:
        session.expect("ready")
        with inspect(session) as guest:               # the guest stops here
            guest.cpu.msrs["LSTAR"]
            guest.idt()[0x80].handler
            [m for m in guest.mappings() if m.write and m.execute]
            guest.initial_stack(rsp).value(AT_SYSINFO_EHDR)
                                                      # and goes on here

    QEMU's monitor ──registers, MSRs──> cpu_state ─┐
                   ──physical memory──> x86.paging ┴──> x86.descriptors, x86.auxv

Nothing of it asks the guest, or believes what it says.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ring3.diagnostic import Ring3Error
from ring3.machine.cpu_state import CpuState, parse_cpu_state
from ring3.machine.monitor import Monitor, connected
from ring3.machine.session import Session
from ring3.x86.auxv import InitialStack, read_initial_stack
from ring3.x86.descriptors import (
    TASK_STATE_SIZE,
    Gate,
    Segment,
    TaskState,
    decode_gdt,
    decode_idt,
    decode_task_state,
)
from ring3.x86.paging import PAGE_SIZE, Mapping, Translation, read_virtual, translate, walk

_NXE = 1 << 11  # EFER


class NotLongError(Ring3Error):
    """The CPU is not in long mode, where its tables are not those of a 64-bit kernel."""


class Guest:
    """A guest that stands still.  What was read once is remembered until :meth:`forget`."""

    def __init__(self, monitor: Monitor, folder: Path) -> None:
        self.monitor = monitor
        self._folder = folder
        self._state: bytes | None = None
        self._pages: dict[int, bytes] = {}

    @property
    def cpu(self) -> CpuState:
        """The first CPU."""
        return self.cpu_number(0)

    def cpu_number(self, number: int) -> CpuState:
        """Any CPU.  Raises Ring3Error when there is no such one."""
        if self._state is None:
            self._state = self.monitor.device_state(self._folder)
        return parse_cpu_state(self._state, number)

    def forget(self) -> None:
        """Read anew: the guest has run, or its memory was written, since."""
        self._state = None
        self._pages.clear()

    def physical(self, address: int, size: int) -> bytes:
        """Physical memory; what no memory is at reads as QEMU has it."""
        first = address // PAGE_SIZE
        last = (address + size - 1) // PAGE_SIZE
        for page in range(first, last + 1):
            if page not in self._pages:
                start = page * PAGE_SIZE
                self._pages[page] = self.monitor.physical(start, PAGE_SIZE, self._folder)
        data = b"".join(self._pages[page] for page in range(first, last + 1))
        return data[address - first * PAGE_SIZE :][:size]

    def virtual(self, address: int, size: int) -> bytes:
        """Memory as the current address space has it, whatever its rights.

        Raises NotMappedError for the first page that is missing.
        """
        if not self.cpu.has_paging:
            return self.physical(address, size)
        return read_virtual(self.physical, self._page_table(), address, size)

    def mappings(self) -> list[Mapping]:
        """Every page of the current address space, in order, one mapping each."""
        return list(walk(self.physical, self._page_table(), nx=self._has_nx))

    def translate(self, address: int) -> Translation:
        """The walk to one address."""
        return translate(self.physical, self._page_table(), address, nx=self._has_nx)

    def gdt(self) -> list[Segment]:
        """Every descriptor that GDTR reaches."""
        return decode_gdt(self._table("gdt"))

    def idt(self) -> list[Gate]:
        """Every gate that IDTR reaches."""
        return decode_idt(self._table("idt"))

    def task_state(self) -> TaskState:
        """The TSS that TR points to."""
        return decode_task_state(self.virtual(self.cpu.segments["tr"].base, TASK_STATE_SIZE))

    def initial_stack(self, address: int, *, word_size: int = 8) -> InitialStack:
        """Arguments, environment and auxiliary vector, at a program's first RSP."""
        return read_initial_stack(self.virtual, address, word_size=word_size)

    @property
    def _has_nx(self) -> bool:
        return bool(self.cpu.msrs["EFER"] & _NXE)

    def _page_table(self) -> int:
        self._expect_long_mode()
        return self.cpu.control["cr3"]

    def _expect_long_mode(self) -> None:
        if not self.cpu.is_long:
            raise NotLongError(
                "the CPU is not in long mode yet: its tables are not the 64-bit kernel's",
                help="let the guest run on; the kernel's first steps come before",
            )

    def _table(self, name: str) -> bytes:
        self._expect_long_mode()
        register = self.cpu.segments[name]
        return self.virtual(register.base, register.limit + 1)


@contextmanager
def inspect(session: Session) -> Iterator[Guest]:
    """The guest of a session that was started with ``Options(monitor=PATH)``.

    It stands still in the block, and goes on afterwards if it ran before.
    Raises MonitorError when it cannot be reached.
    """
    qemu = session.process
    if qemu.options.monitor is None:
        raise ValueError("the session has no monitor: give Options(monitor=PATH)")
    with connected(qemu.options.monitor, qemu.pump) as monitor, inspected(monitor) as guest:
        yield guest


@contextmanager
def inspected(monitor: Monitor) -> Iterator[Guest]:
    """The guest behind a monitor that is connected already."""
    with tempfile.TemporaryDirectory(prefix="ring3-inspect-") as folder, monitor.stopped():
        yield Guest(monitor, Path(folder))
