"""How the assignment "no door at all" is judged: the vDSO, from the auxiliary vector to the clock.

    system `kernel`   what a fresh program finds: its stack, decoded; the pages that the
                      vector announces, walked in the page tables
    system `reader`   the student's reader in a sound kernel: every instruction of a call
                      is a place where the kernel's writer may strike, so it strikes there

The vvar page gets times that were drawn for this grading, so that the right
answer is known here.
"""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from ring3.course.finding import RIGHT, Finding, Judges, WrongError, wrong
from ring3.course.lab import (
    ALL_BITS,
    INTERRUPT_FLAG,
    PROGRAM_CODE,
    PROGRAM_DATA,
    RESERVED_FLAG,
    Door,
    Lab,
    drawn_registers,
)
from ring3.machine.inspect import Guest
from ring3.x86.auxv import (
    AT_BASE,
    AT_ENTRY,
    AT_NULL,
    AT_PHDR,
    AT_RANDOM,
    AT_SYSINFO_EHDR,
    NAMES,
    BadStackError,
    InitialStack,
)
from ring3.x86.paging import PAGE_SIZE, NotMappedError, Translation

AT_PHENT, AT_PHNUM, AT_PAGESZ = 4, 5, 6
RANDOM_SIZE = 16
LOAD_ADDRESS = 0x400000
FIRST_BEYOND = 1 << 47  # the first address that no program has

CLOCK_GETTIME = "__vdso_clock_gettime"
CLOCK_REALTIME, CLOCK_MONOTONIC = CLOCKS = 0, 1

# Of the ELF format (gABI: Elf64_Phdr, Elf64_Dyn); the rows of a dynamic section that are addresses.
PH_VADDR, PH_PADDR = 16, 24
DYNAMIC_SIZE = 16
POINTERS = ("DT_HASH", "DT_GNU_HASH", "DT_STRTAB", "DT_SYMTAB", "DT_VERSYM", "DT_VERDEF")

NOT_IMPLEMENTED = -38
NOT_BACK = "the call did not come back"

NANOSECONDS_A_SECOND = 10**9
ONE_A_CYCLE = 1 << 32  # the multiplier by which a cycle is a nanosecond

RDTSC, RDTSCP = bytes.fromhex("0f31"), bytes.fromhex("0f01f9")
UPDATES = (1, 1 << 7, 1 << 15, 1 << 23)  # after which the count's lowest bytes are as before
LONGEST_READ = 200  # instructions of one call
PATIENT_STEPS = 120  # instructions for which a reader has to wait while the count is odd


# ----------------------------------------------------------------------------
# The auxiliary vector.


def stack(lab: Lab, draw: random.Random) -> Finding:
    """argc, argv and envp, at an address that is a multiple of 16."""
    with lab.using_door() as door, _first_stack(door) as found:
        built = lab.built
        rows = (
            ("argv", [word.decode() for word in found.arguments], list(built.arguments)),
            ("envp", [word.decode() for word in found.environment], list(built.environment)),
        )
        at = found.address
    if not found.auxiliary:
        return wrong("arguments, environment and a vector behind them", "the vector is empty")
    for what, seen, expected in rows:
        if seen != expected:
            return wrong(f"{what} is {expected}", f"it is {seen}")
    if at % 16:
        return wrong("RSP is a multiple of 16", f"it is {at:#x}", share=0.5)
    return RIGHT


def terminated(lab: Lab, draw: random.Random) -> Finding:
    """AT_NULL ends the vector, below the strings, whatever was there before."""
    strings = 0

    def litter(door: Door) -> None:
        """Where the vector will be, up to the random bytes, nothing is 0."""
        nonlocal strings
        door.run_to(door.symbol("auxiliary_vector_put"), otherwise="the vector is never put")
        at = door.stub.registers()
        strings = at["r12"]
        size = min(max(strings - at["rbx"], 0), PAGE_SIZE)
        door.stub.write(at["rbx"], bytes(draw.randrange(1, 256) for _ in range(size)))

    with (
        lab.another(prepare=litter) as other,
        other.using_door() as door,
        _first_stack(door) as found,
    ):
        end = found.end
    if not found.auxiliary:
        return wrong("pairs, and AT_NULL behind them", "AT_NULL is the first pair")
    if end > strings:
        seen = f"it ends at {end:#x}, above the random bytes at {strings:#x}"
        return wrong("the vector ends below the strings", seen)
    return RIGHT


def program(lab: Lab, draw: random.Random) -> Finding:
    """What the kernel knows of the program's file."""
    header = lab.built.executable
    entry, table = struct.unpack_from("<QQ", header, 24)
    size, count = struct.unpack_from("<HH", header, 54)
    expected = {
        AT_PHDR: LOAD_ADDRESS + table,
        AT_PHENT: size,
        AT_PHNUM: count,
        AT_PAGESZ: PAGE_SIZE,
        AT_BASE: 0,
        AT_ENTRY: entry,
    }
    with lab.using_door() as door, _first_stack(door) as found:
        seen = {type: found.value(type) for type in expected}
        types = [pair.type for pair in found.auxiliary]
    double = [NAMES[type] for type in (*expected, AT_SYSINFO_EHDR) if types.count(type) > 1]
    if double:
        return wrong("each type stands once", f"{', '.join(double)} stands twice", share=0.5)
    bad = [type for type in expected if seen[type] != expected[type]]
    if bad:
        return wrong(
            ", ".join(f"{NAMES[type]} = {expected[type]:#x}" for type in bad),
            ", ".join(f"{NAMES[type]} {_shown(seen[type])}" for type in bad),
            share=0.5 * (1 - len(bad) / len(expected)),
        )
    return RIGHT


def random_bytes(lab: Lab, draw: random.Random) -> Finding:
    """AT_RANDOM points to 16 bytes that another start has otherwise."""
    found = []
    for other in (lab, lab.another(draw.getrandbits(32))):
        try:
            with other.using_door() as door, _first_stack(door) as stack:
                address = stack.value(AT_RANDOM)
                if address is None:
                    return wrong("AT_RANDOM", "there is none")
                bytes_there = door.stub.memory(address, RANDOM_SIZE)
                if bytes_there is None:
                    return wrong("16 bytes at AT_RANDOM", f"nothing is mapped at {address:#x}")
                found.append(bytes_there)
        finally:
            if other is not lab:
                other.stop()
    if found[0] == found[1]:
        return wrong("16 bytes that differ from start to start", f"always {found[0].hex(' ')}")
    return RIGHT


# ----------------------------------------------------------------------------
# The mapping.


def announced(lab: Lab, draw: random.Random) -> Finding:
    """AT_SYSINFO_EHDR is where the vDSO's ELF header is."""
    with lab.using_door() as door, _first_stack(door) as found, door.inspected() as guest:
        address = found.value(AT_SYSINFO_EHDR)
        if address is None:
            return wrong("AT_SYSINFO_EHDR", "there is none")
        there = guest.translate(address).physical
        image = guest.translate(door.symbol("vdso64_start")).physical
    if address >= FIRST_BEYOND:
        seen = f"{address:#x} is the kernel's"
        return wrong("AT_SYSINFO_EHDR is an address of the program's", seen)
    if there is None:
        return wrong(f"the vDSO lies at AT_SYSINFO_EHDR, {address:#x}", "nothing is mapped there")
    if there != image:
        seen = f"physical page {there:#x} is mapped there, the vDSO lies in {image:#x}"
        return wrong(f"the vDSO's ELF header lies at AT_SYSINFO_EHDR, {address:#x}", seen)
    return RIGHT


def code_rights(lab: Lab, draw: random.Random) -> Finding:
    """Programs may read and execute the vDSO, and not write it."""
    with lab.using_door() as door, _vdso(door) as (guest, base):
        size = door.symbol("vdso64_end") - door.symbol("vdso64_start")
        pages = [guest.translate(base + at) for at in range(0, size, PAGE_SIZE)]
    return _rights(pages, "the vDSO's pages", write=False, execute=True)


def data(lab: Lab, draw: random.Random) -> Finding:
    """The vvar page lies right below, to be read and nothing else."""
    with lab.using_door() as door, _vdso(door) as (guest, base):
        page = guest.translate(base - PAGE_SIZE)
        own = guest.translate(door.symbol("vvar_page")).physical
    if page.physical is None:
        return wrong(f"the vvar page lies at {base - PAGE_SIZE:#x}", "nothing is mapped there")
    if page.physical != own:
        seen = f"it is physical page {page.physical:#x}"
        return wrong(f"the page below the vDSO is the kernel's vvar page, {own:#x}", seen)
    return _rights([page], "the vvar page", write=False, execute=False)


def aslr(lab: Lab, draw: random.Random) -> Finding:
    """Another start has the vDSO elsewhere."""
    found = set()
    for seed in (draw.getrandbits(32), draw.getrandbits(32)):
        with lab.another(seed) as other, other.using_door() as door, _first_stack(door) as stack:
            found.add(stack.value(AT_SYSINFO_EHDR))
    if len(found) == 1:
        return wrong(
            "an address that differs from start to start",
            f"AT_SYSINFO_EHDR {_shown(*found)} always",
        )
    return RIGHT


# ----------------------------------------------------------------------------
# The reader.


@dataclass(frozen=True)
class Time:
    """What the vvar page says, with a multiplier of 0: the time stands still."""

    seconds: int
    nanoseconds: int

    @classmethod
    def drawn(cls, draw: random.Random) -> Time:
        """Any."""
        return cls(draw.randrange(1, 1 << 33), draw.randrange(NANOSECONDS_A_SECOND))

    def __str__(self) -> str:
        return f"{self.seconds}.{self.nanoseconds:09d} s"


class Vvar:
    """The vvar page of a guest that stands still, written from outside (include/vvar.inc)."""

    SEQUENCE, CYCLES, MULTIPLIER, BASES = 0, 8, 24, 40
    BASE_SIZE = 16

    def __init__(self, door: Door) -> None:
        self._stub = door.stub
        self._page = door.symbol("vvar_page")

    def count(self) -> int:
        """The sequence count."""
        return int.from_bytes(self._stub.read(self._page + self.SEQUENCE, 4), "little")

    def set_count(self, value: int) -> None:
        """Change the sequence count alone."""
        self._stub.write(self._page + self.SEQUENCE, struct.pack("<I", value & 0xFFFF_FFFF))

    def set_rate(self, cycles: int, multiplier: int) -> None:
        """When the base was, and how fast the clock goes."""
        self._stub.write(self._page + self.CYCLES, struct.pack("<Q", cycles & ALL_BITS))
        self._stub.write(self._page + self.MULTIPLIER, struct.pack("<Q", multiplier))

    def set_seconds(self, time: Time) -> None:
        """One half of the base of every clock."""
        self._write(0, time.seconds)

    def set_nanoseconds(self, time: Time) -> None:
        """The other half."""
        self._write(8, time.nanoseconds)

    def set(self, time: Time, updates: int = 1) -> None:
        """A whole update, the last of so many, as if no time passed meanwhile."""
        self.set_seconds(time)
        self.set_nanoseconds(time)
        self.set_count(self.count() + 2 * updates)

    def set_of_day(self, time: Time) -> None:
        """The base of CLOCK_REALTIME alone, which nobody asks for."""
        self._write(0, time.seconds, (CLOCK_REALTIME,))
        self._write(8, time.nanoseconds, (CLOCK_REALTIME,))

    def _write(self, offset: int, value: int, clocks: Sequence[int] = CLOCKS) -> None:
        for clock in clocks:
            at = self._page + self.BASES + clock * self.BASE_SIZE + offset
            self._stub.write(at, struct.pack("<Q", value))


class Read:
    """Calls of the student's clock_gettime, an instruction at a time.

    One that enters the kernel gets nothing there: -ENOSYS, at once.  That it tries is
    the check "untouched"; a reader that is right without it is right.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._function = _mapped_vdso(door) + _offset_of(door.vdso, CLOCK_GETTIME)
        self._by_syscall, self._by_int = (
            door.symbol(name) for name in ("syscall_entry", "int80_entry")
        )

    def begin(self, draw: random.Random) -> None:
        """Stand before its first instruction."""
        stub = self._door.stub
        values = {
            "r15": self._function,
            "rdi": CLOCK_MONOTONIC,
            "rsi": self._door.buffer,
            "rsp": self._door.first_stack,
            "rip": self._door.at,
            # No interrupt: the page is written here, and nowhere else meanwhile.
            "rflags": RESERVED_FLAG,
        }
        stub.set_registers(drawn_registers(draw, but=values))
        stub.step()

    def step(self) -> bool:
        """One instruction further; False when it has come back."""
        rip = self._door.step()
        if rip >= FIRST_BEYOND:
            rip = self._refused(rip)
        return rip != self._door.behind

    def at(self, code: bytes) -> bool:
        """Whether the next instruction is ``code``."""
        stub = self._door.stub
        return stub.read(stub.register("rip"), len(code)) == code

    def finish(self) -> None:
        """Let it come back by itself."""
        doors = (self._by_syscall, self._by_int)
        for _ in range(LONGEST_READ):
            rip = self._door.run_to(self._door.behind, *doors, otherwise=NOT_BACK)
            if rip not in doors or self._refused(rip) == self._door.behind:
                return
        self._door.give_up(NOT_BACK)

    def finish_in_ring_3(self) -> None:
        """The same a step at a time, every one of which must be the program's."""
        for _ in range(LONGEST_READ):
            rip = self._door.step()
            if rip == self._door.behind:
                return
            if rip >= FIRST_BEYOND:
                raise _left_ring_3(rip)
        self._door.give_up(NOT_BACK)

    def answer(self) -> Time:
        """What it stored."""
        return Time(*struct.unpack("<QQ", self._door.stub.read(self._door.buffer, 16)))

    def _refused(self, rip: int) -> int:
        """Bring a call that stands before the first instruction of an entry back; returns RIP.

        Raises WrongError for any other place in the kernel: an exception's.
        """
        stub = self._door.stub
        at = stub.registers()
        if rip == self._by_syscall:
            back = {"rip": at["rcx"], "rflags": at["r11"]}
        elif rip == self._by_int:
            back_to, _, rflags, rsp, _ = stub.words(at["rsp"], 5)
            back = {"rip": back_to, "rflags": rflags, "rsp": rsp}
        else:
            raise _left_ring_3(rip)
        nothing = {"rax": NOT_IMPLEMENTED & ALL_BITS, "cs": PROGRAM_CODE, "ss": PROGRAM_DATA}
        stub.set_registers({**back, **nothing})
        return back["rip"]


def _left_ring_3(rip: int) -> WrongError:
    where = f"it left ring 3, for {rip:#x}"
    return WrongError(wrong("every instruction of the call is the program's", where))


def clock(lab: Lab, draw: random.Random) -> Finding:
    """The base and the cycles since, in one sum."""
    base = Time.drawn(draw)
    with lab.using_door() as door:
        vvar, read = Vvar(door), Read(door)
        vvar.set(base)
        vvar.set_of_day(Time.drawn(draw))
        read.begin(draw)
        cycles = 0
        while True:
            if read.at(RDTSC) or read.at(RDTSCP):
                read.step()
                # A machine that has run for years, and not for less than 2^32 cycles.
                cycles = draw.randrange(1 << 40, 1 << 56)
                door.stub.set_registers({"rdx": cycles >> 32, "rax": cycles & 0xFFFF_FFFF})
                # More than 32 bits, so that the product has more than 64.
                since = draw.randrange(5 * NANOSECONDS_A_SECOND, 20 * NANOSECONDS_A_SECOND)
                vvar.set_rate(cycles - since, ONE_A_CYCLE)
                break
            if not read.step():
                return wrong("the time stamp counter is read (RDTSC)", "it never is")
        read.finish()
        answer = read.answer()
        vvar.set_rate(0, 0)
    carried, nanoseconds = divmod(base.nanoseconds + since, NANOSECONDS_A_SECOND)
    expected = Time(base.seconds + carried, nanoseconds)
    if answer != expected:
        return wrong(f"base {base} and {since} cycles of 1 ns give {expected}", f"it gave {answer}")
    return RIGHT


def untouched(lab: Lab, draw: random.Random) -> Finding:
    """It gives the time, and no instruction of it runs in the kernel."""
    time = Time.drawn(draw)
    with lab.using_door() as door:
        vvar, read = Vvar(door), Read(door)
        vvar.set(time)
        vvar.set_rate(0, 0)
        read.begin(draw)
        read.finish_in_ring_3()
        answer = read.answer()
    if answer != time:
        return wrong(f"at {time} it gives that time", f"it gave {answer}")
    return RIGHT


def odd(lab: Lab, draw: random.Random) -> Finding:
    """While the writer is at work the reader waits."""
    before, after = Time.drawn(draw), Time.drawn(draw)
    with lab.using_door() as door:
        vvar, read = Vvar(door), Read(door)
        vvar.set_rate(0, 0)
        vvar.set(before)
        count = vvar.count()
        vvar.set_count(count + 1)
        read.begin(draw)
        for _ in range(PATIENT_STEPS):
            if not read.step():
                vvar.set_count(count + 2)
                return wrong("it waits while the sequence count is odd", "it came back")
        vvar.set_seconds(after)
        vvar.set_nanoseconds(after)
        vvar.set_count(count + 2)
        read.finish()
        answer = read.answer()
    if answer != after:
        return wrong(f"then it gives the new time, {after}", f"it gave {answer}", share=0.5)
    return RIGHT


def consistent(lab: Lab, draw: random.Random) -> Finding:
    """Wherever the writer strikes, the answer is one time or the other, never half of each."""
    with lab.using_door() as door:
        vvar, read = Vvar(door), Read(door)
        vvar.set_rate(0, 0)
        for strike in range(LONGEST_READ):
            before, after = Time.drawn(draw), Time.drawn(draw)
            vvar.set(before)
            read.begin(draw)
            if not all(read.step() for _ in range(strike)):
                return RIGHT  # it came back before the writer struck: all places are done
            vvar.set(after, draw.choice(UPDATES))
            read.finish()
            answer = read.answer()
            if answer not in (before, after):
                return wrong(
                    f"{before}, or {after} that the kernel writes after instruction {strike}",
                    f"it gave {answer}",
                )
    return wrong(f"an answer within {LONGEST_READ} instructions", "there was none")


def halves(lab: Lab, draw: random.Random) -> Finding:
    """The same with a writer that takes its time: odd, one half, the other half, even."""
    with lab.using_door() as door:
        vvar, read = Vvar(door), Read(door)
        vvar.set_rate(0, 0)
        for strike in range(LONGEST_READ):
            before, after = Time.drawn(draw), Time.drawn(draw)
            vvar.set(before)
            count = vvar.count()
            read.begin(draw)
            if not all(read.step() for _ in range(strike)):
                return RIGHT
            vvar.set_count(count + 1)
            vvar.set_seconds(after)
            back = not all(read.step() for _ in range(draw.randrange(1, 40)))
            vvar.set_nanoseconds(after)
            vvar.set_count(count + 2)
            if not back:
                read.finish()
            answer = read.answer()
            if answer not in (before, after):
                return wrong(
                    f"{before}, or {after} that the kernel begins to write after instruction"
                    f" {strike}",
                    f"it gave {answer}",
                )
    return wrong(f"an answer within {LONGEST_READ} instructions", "there was none")


# ----------------------------------------------------------------------------
# The finder.


def find(lab: Lab, draw: random.Random) -> Finding:
    """From the program's own stack to the function."""
    with lab.using_door() as door:
        expected = _mapped_vdso(door) + _offset_of(door.vdso, CLOCK_GETTIME)
        found = _found(door, draw, door.first_stack)
    if found != expected:
        return wrong(f"{CLOCK_GETTIME} is at {expected:#x}", f"RAX is {found:#x}")
    return RIGHT


def find_elsewhere(lab: Lab, draw: random.Random) -> Finding:
    """In another vector and another vDSO: only what is written there counts."""
    with lab.using_door() as door:
        base = door.buffer + PAGE_SIZE
        value = draw.randrange(0x400, 0x1000)
        linked = draw.randrange(1, 1 << 19) * PAGE_SIZE  # where its PT_LOAD says that it lies
        image = bytearray(door.vdso)
        struct.pack_into("<Q", image, _symbol_value_at(door.vdso, CLOCK_GETTIME), value + linked)
        _link_at(image, linked)
        door.stub.write(base, bytes(image))
        _put_stack(door, draw, {AT_SYSINFO_EHDR: base})
        found = _found(door, draw, door.buffer)
    if found != base + value:
        return wrong(
            f"in a vDSO at {base:#x} that was linked at {linked:#x} and says"
            f" {value + linked:#x} it is {base + value:#x}",
            f"RAX is {found:#x}",
        )
    return RIGHT


def find_nothing(lab: Lab, draw: random.Random) -> Finding:
    """No vDSO, or none with that function: 0.  Worth something to who finds what is there."""
    there = find(lab, draw)
    if there is not RIGHT:
        return there
    with lab.using_door() as door:
        _put_stack(door, draw, {})
        without = _found(door, draw, door.buffer)
        base = door.buffer + PAGE_SIZE
        image = bytearray(door.vdso)
        at = image.index(CLOCK_GETTIME.encode() + b"\0")
        image[at + 2 : at + 6] = bytes(draw.choices(b"abcdefghijklmnopqrstuvwxyz", k=4))
        door.stub.write(base, bytes(image))
        _put_stack(door, draw, {AT_SYSINFO_EHDR: base})
        unnamed = _found(door, draw, door.buffer)
    if without != 0:
        return wrong("without AT_SYSINFO_EHDR the answer is 0", f"RAX is {without:#x}")
    if unnamed != 0:
        return wrong(f"in a vDSO without {CLOCK_GETTIME} it is 0", f"RAX is {unnamed:#x}", 0.5)
    return RIGHT


# ----------------------------------------------------------------------------
# What the checks share.


@contextmanager
def _first_stack(door: Door) -> Iterator[InitialStack]:
    """The initial stack, decoded; what cannot be is explained."""
    with door.inspected() as guest:
        try:
            found = guest.initial_stack(door.first_stack)
        except (BadStackError, NotMappedError) as error:
            raise WrongError(wrong("a stack as the psABI draws it", str(error))) from error
    yield found


@contextmanager
def _vdso(door: Door) -> Iterator[tuple[Guest, int]]:
    """Where the vDSO is mapped; whether that is what the vector announces is another check."""
    with door.inspected() as guest:
        image = guest.translate(door.symbol("vdso64_start")).physical
        assert image is not None  # the program would not have started
        yield guest, _address_of(guest, image)


def _address_of(guest: Guest, physical: int) -> int:
    """Where a program has a physical page."""
    for mapping in guest.mappings():
        offset = physical - mapping.frame
        if mapping.address < FIRST_BEYOND and 0 <= offset < mapping.size:
            return mapping.address + offset
    raise WrongError(wrong("the vDSO is mapped", "no address of the program leads to its pages"))


def _mapped_vdso(door: Door) -> int:
    """Where a sound kernel has mapped it."""
    with _vdso(door) as (_, base):
        return base


def _rights(pages: list[Translation], what: str, *, write: bool, execute: bool) -> Finding:
    """Whether a program may read them, and write or execute them as it should."""
    for page in pages:
        if page.mapping is None:
            return wrong(f"{what} are mapped", f"nothing is at {page.address:#x}")
        mapping = page.mapping
        if not mapping.user:
            return wrong(f"{what} are open to programs (U/S = 1)", "U/S is 0")
        if mapping.write != write:
            return wrong(f"{what} cannot be written (R/W = 0)", "R/W is 1")
        if mapping.execute != execute:
            expected = "can be executed (XD = 0)" if execute else "cannot be executed (XD = 1)"
            return wrong(f"{what} {expected}", f"XD is {int(execute)}", share=0.5)
    return RIGHT


def _symbols(image: bytes) -> SymbolTableSection:
    section = ELFFile(io.BytesIO(image)).get_section_by_name(".dynsym")
    assert isinstance(section, SymbolTableSection)
    return section


def _offset_of(image: bytes, name: str) -> int:
    found = _symbols(image).get_symbol_by_name(name)
    assert found, f"the vDSO has no {name}"
    return int(found[0]["st_value"])


def _symbol_value_at(image: bytes, name: str) -> int:
    """Where in the file the symbol's st_value stands (gABI: Elf64_Sym, offset 8)."""
    symbols = _symbols(image)
    names = [symbol.name for symbol in symbols.iter_symbols()]
    return int(symbols["sh_offset"]) + names.index(name) * int(symbols["sh_entsize"]) + 8


def _link_at(image: bytearray, address: int) -> None:
    """Let its program headers and its dynamic section say that it was linked there, and not at 0.

    Of the symbols' values only those that are looked for are the caller's to change.
    """
    header = ELFFile(io.BytesIO(bytes(image)))
    for number, segment in enumerate(header.iter_segments()):
        place = header["e_phoff"] + number * header["e_phentsize"]
        for offset in (PH_VADDR, PH_PADDR):
            (word,) = struct.unpack_from("<Q", image, place + offset)
            struct.pack_into("<Q", image, place + offset, word + address)
        if isinstance(segment, DynamicSegment):
            for row, tag in enumerate(segment.iter_tags()):
                at = segment["p_offset"] + row * DYNAMIC_SIZE + 8
                if tag.entry.d_tag in POINTERS:
                    struct.pack_into("<Q", image, at, tag["d_val"] + address)


def _put_stack(door: Door, draw: random.Random, pairs: Mapping[int, int]) -> None:
    door.stub.write(door.buffer, drawn_stack(draw, pairs))


def drawn_stack(draw: random.Random, pairs: Mapping[int, int]) -> bytes:
    """An initial stack: another pair first, then those that are given among more of them."""
    types = draw.sample((AT_PHDR, AT_PAGESZ, AT_ENTRY, AT_RANDOM), 4)
    first, *others = [(type, draw.getrandbits(48)) for type in types]
    rows = [*others, *pairs.items()]
    draw.shuffle(rows)
    rows.insert(0, first)  # who takes the first pair for the one that is sought is found out
    words = [1, draw.getrandbits(40), 0, *(draw.getrandbits(40) for _ in range(3)), 0]
    for type, value in [*rows, (AT_NULL, 0)]:
        words += (type, value)
    return struct.pack(f"<{len(words)}Q", *words)


def _found(door: Door, draw: random.Random, stack: int) -> int:
    """What the student's routine says of an initial stack."""
    values = {
        "r15": door.program("find_clock_gettime"),
        "rdi": stack,
        "rsp": door.first_stack,
        "rip": door.at,
        "rflags": RESERVED_FLAG | INTERRUPT_FLAG,
    }
    door.stub.set_registers(drawn_registers(draw, but=values))
    door.run_to(door.behind, otherwise="find_clock_gettime did not come back")
    return door.stub.register("rax")


def _shown(value: int | None) -> str:
    return "is missing" if value is None else f"= {value:#x}"


JUDGES: Judges = {
    judge.__name__: judge
    for judge in (
        stack, terminated, program, random_bytes, announced, code_rights, data, aslr,
        clock, untouched, odd, consistent, halves, find, find_elsewhere, find_nothing,
    )
}  # fmt: skip
