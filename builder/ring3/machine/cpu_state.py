"""The whole state of the guest's CPUs, MSRs too, out of what QEMU migrates them with.

    QEVM 3, section, section, …
    section: 0x04, number, name, instance, version, fields, subsections, 0x7e, number

Neither QEMU's monitor nor its gdb stub tells STAR, LSTAR, CSTAR or SFMASK; this
stream does (`xen-save-devices-state`, which needs no Xen).  The fields of "cpu"
are QEMU's vmstate_x86_cpu, version 12 (target/i386/machine.c): a guest must be
able to move from an old QEMU to a new one, so they stay where they are.
Numbers are big-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ring3.diagnostic import Ring3Error

# Kinds of section (QEMU, migration/savevm.c).
_SECTION_FULL = b"\x04"
_SUBSECTION = b"\x05"
_FOOTER = b"\x7e"

_MAGIC = b"QEVM\0\0\0\3"
_CPU_VERSION = 12
_TIMER_VERSION, _TIMER_SIZE, _ICOUNT_VERSION = 2, 24, 1  # QEMU's vmstate_timers
_SEGMENT = "IQII"  # selector, base, limit, flags

# Every field up to the last one that is wanted, in order, as struct has it.
CPU_FIELDS = {
    "regs": "16Q", "eip": "Q", "eflags": "Q", "hflags": "I",
    "fpuc": "H", "fpus": "H", "fptag": "H", "fpregs_format": "H", "fpregs": "80s",
    "segs": 6 * _SEGMENT, "ldt": _SEGMENT, "tr": _SEGMENT, "gdt": _SEGMENT, "idt": _SEGMENT,
    "sysenter_cs": "I", "sysenter_esp": "Q", "sysenter_eip": "Q",
    "cr0": "Q", "cr2": "Q", "cr3": "Q", "cr4": "Q", "dr": "8Q", "a20_mask": "i",
    "mxcsr": "I", "xmm_regs0": "256s",
    "efer": "Q", "star": "Q", "lstar": "Q", "cstar": "Q", "fmask": "Q", "kernelgsbase": "Q",
}  # fmt: skip

_GENERAL = ("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
            "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15")  # fmt: skip
_SEGMENTS = ("es", "cs", "ss", "ds", "fs", "gs")

MSRS = {
    "EFER": "efer",
    "STAR": "star",
    "LSTAR": "lstar",
    "CSTAR": "cstar",
    "SFMASK": "fmask",
    "FS_BASE": "",  # the bases of FS and GS are kept in their segments
    "GS_BASE": "",
    "KERNEL_GS_BASE": "kernelgsbase",
    "SYSENTER_CS": "sysenter_cs",
    "SYSENTER_ESP": "sysenter_esp",
    "SYSENTER_EIP": "sysenter_eip",
}
"""The model-specific registers that are told, and what QEMU calls them."""


@dataclass(frozen=True, slots=True)
class SegmentRegister:
    """A segment register with its hidden part, or a table register (``selector`` 0)."""

    selector: int
    base: int
    limit: int
    flags: int


@dataclass(frozen=True, slots=True)
class CpuState:
    """One CPU, as QEMU has it.

    ``registers`` has rax to r15, rip and rflags; ``control`` cr0, cr2, cr3 and
    cr4; ``segments`` cs to gs, tr, ldt, gdt and idt; ``msrs`` the names of
    :data:`MSRS`.
    """

    registers: Mapping[str, int]
    control: Mapping[str, int]
    segments: Mapping[str, SegmentRegister]
    msrs: Mapping[str, int]

    @property
    def ring(self) -> int:
        """The current privilege level."""
        return self.segments["ss"].selector & 3 if self.is_protected else 0

    @property
    def is_protected(self) -> bool:
        """CR0.PE."""
        return bool(self.control["cr0"] & 1)

    @property
    def has_paging(self) -> bool:
        """CR0.PG."""
        return bool(self.control["cr0"] >> 31 & 1)

    @property
    def is_long(self) -> bool:
        """Whether 64-bit page tables are in use (EFER.LMA)."""
        return bool(self.msrs["EFER"] >> 10 & 1)


def parse_cpu_state(stream: bytes, cpu: int = 0) -> CpuState:
    """The state of CPU number ``cpu`` out of :meth:`Monitor.device_state`.

    Raises Ring3Error when there is no such CPU, or when the stream is another one.
    """
    fields = dict(_fields(_section(stream, "cpu", cpu, _CPU_VERSION)))
    table_registers = ("ldt", "tr", "gdt", "idt")
    segments = {
        name: SegmentRegister(*fields["segs"][4 * index : 4 * index + 4])
        for index, name in enumerate(_SEGMENTS)
    }
    segments |= {name: SegmentRegister(*fields[name]) for name in table_registers}
    msrs = {name: fields[key][0] for name, key in MSRS.items() if key}
    msrs["FS_BASE"], msrs["GS_BASE"] = segments["fs"].base, segments["gs"].base
    return CpuState(
        registers=dict(zip(_GENERAL, fields["regs"], strict=True))
        | {"rip": fields["eip"][0], "rflags": fields["eflags"][0]},
        control={name: fields[name][0] for name in ("cr0", "cr2", "cr3", "cr4")},
        segments=segments,
        msrs={name: msrs[name] for name in MSRS},
    )


def parse_instruction_count(stream: bytes) -> int:
    """How many instructions a machine that counts them (-icount) has executed since its start."""
    data = _section(stream, "timer", 0, _TIMER_VERSION)
    subsection = _SUBSECTION + b"\x0ctimer/icount" + struct.pack(">I", _ICOUNT_VERSION)
    if not data.startswith(subsection, _TIMER_SIZE):
        raise _unreadable("the machine does not count instructions")
    try:
        _, count = struct.unpack_from(">qq", data, _TIMER_SIZE + len(subsection))
    except struct.error:
        raise _unreadable("it ends before the count of instructions") from None
    return int(count)  # the other is what virtual time is ahead of it


def _fields(data: bytes) -> Iterator[tuple[str, tuple[int, ...]]]:
    place = 0
    for name, kind in CPU_FIELDS.items():
        try:
            yield name, struct.unpack_from(">" + kind, data, place)
        except struct.error:
            raise _unreadable(f"the CPU's section ends before `{name}`") from None
        place += struct.calcsize(">" + kind)


def _section(stream: bytes, name: str, instance: int, version: int) -> bytes:
    """The stream from where one section's fields begin."""
    if not stream.startswith(_MAGIC):
        raise _unreadable("it does not begin as a migration stream of version 3 does")
    named = bytes([len(name)]) + name.encode() + struct.pack(">I", instance)
    header = named + struct.pack(">I", version)
    place = stream.find(header)
    while place >= 0:
        number, begin = stream[place - 4 : place], place + len(header)
        if stream[place - 5 : place - 4] == _SECTION_FULL and _FOOTER + number in stream[begin:]:
            return stream[begin:]
        place = stream.find(header, place + 1)
    if named in stream and header not in stream:
        raise _unreadable(f"its section `{name}` has another version than {version}")
    raise _unreadable(f"it has no `{name}` {instance}")


def _unreadable(reason: str) -> Ring3Error:
    return Ring3Error(
        f"cannot read the CPU's state out of QEMU: {reason}",
        help="this version of QEMU may write its state in another way; 7.2 is known to work",
    )
