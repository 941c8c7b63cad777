"""Page tables, as the CPU walks them (SDM Vol. 3A 4.5).

    CR3 ──> PML4 ──> page directory pointers ──> page directory ──> page table ──> frame
             └ 512 GiB an entry    └ 1 GiB           └ 2 MiB            └ 4 KiB

Memory is read by a function ``read(physical address, size) -> bytes``.  Rights
are those that all levels together leave: W and U must be granted by each, NX
is set by any.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

PAGE_SIZE = 4096

PRESENT, WRITE, USER = 1 << 0, 1 << 1, 1 << 2
WRITE_THROUGH, CACHE_DISABLE = 1 << 3, 1 << 4
ACCESSED, DIRTY, LARGE, GLOBAL = 1 << 5, 1 << 6, 1 << 7, 1 << 8
NO_EXECUTE = 1 << 63

FRAME_MASK = 0x000F_FFFF_FFFF_F000

_ENTRIES = 512
_TOP_LEVEL = 3
_UPPER_HALF = 0xFFFF << 48

LEVELS = ("PT", "PD", "PDPT", "PML4")
"""What a table is called, by its level; the PML4 is level 3."""

ReadPhysical = Callable[[int, int], bytes]


class NotMappedError(Exception):
    """An address has no page; ``translation`` says how far the walk came."""

    def __init__(self, translation: Translation) -> None:
        super().__init__(f"{translation.address:#x} is not mapped")
        self.translation = translation


@dataclass(frozen=True, slots=True)
class Mapping:
    """Bytes that lie together in both address spaces, with the same rights throughout.

    ``size`` is in bytes, ``frame`` the physical address of the first one.
    ``everywhere`` is the G bit: kept in the TLB when CR3 changes.
    ``page_size`` is 4 KiB, 2 MiB or 1 GiB.
    """

    address: int
    size: int
    frame: int
    write: bool
    user: bool
    execute: bool
    everywhere: bool
    page_size: int = PAGE_SIZE

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + self.size

    @property
    def rights(self) -> str:
        """As ``ls`` would say it; then whose it is: ``r-x user``."""
        allowed = f"r{'w' if self.write else '-'}{'x' if self.execute else '-'}"
        return f"{allowed} {'user' if self.user else 'kernel'}"

    def __str__(self) -> str:
        kept = " global" if self.everywhere else ""
        return (
            f"{self.address:#018x}..{self.end - 1:#018x} -> {self.frame:#012x}"
            f"  {size_in_words(self.size):>8} {self.rights}{kept}"
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One entry that a walk read: of which table, where it lies, what it holds."""

    level: int
    index: int
    where: int
    entry: int

    def __str__(self) -> str:
        words = describe_entry(self.entry, self.level)
        return f"{LEVELS[self.level]:<4} entry {self.index:>3} at {self.where:#012x}  {words}"


@dataclass(frozen=True, slots=True)
class Translation:
    """How the CPU finds ``address``: ``mapping`` is its page, None where there is none."""

    address: int
    steps: tuple[Step, ...]
    mapping: Mapping | None

    @property
    def physical(self) -> int | None:
        """The physical address of the byte."""
        if self.mapping is None:
            return None
        return self.mapping.frame + self.address - self.mapping.address


def walk(read: ReadPhysical, cr3: int, *, nx: bool = True) -> Iterator[Mapping]:
    """Every page that is mapped, in order of address, one mapping each.

    ``nx`` says whether EFER.NXE is set; without it nothing forbids execution.
    """

    def table(physical: int, level: int, base: int, above: int) -> Iterator[Mapping]:
        entries = struct.unpack(f"<{_ENTRIES}Q", read(physical, PAGE_SIZE))
        for index, entry in enumerate(entries):
            if not entry & PRESENT:
                continue
            address = _canonical(base + (index << _shift(level)))
            rights = _narrowed(above, entry)
            if _is_page(entry, level):
                yield _page(address, entry, level, rights, nx)
            else:
                yield from table(entry & FRAME_MASK, level - 1, address, rights)

    yield from table(cr3 & FRAME_MASK, _TOP_LEVEL, 0, WRITE | USER)


def translate(read: ReadPhysical, cr3: int, address: int, *, nx: bool = True) -> Translation:
    """Walk to one address.  One that is not canonical takes no step."""
    steps: list[Step] = []
    table, rights = cr3 & FRAME_MASK, WRITE | USER
    if _canonical(address) != address:
        return Translation(address, (), None)
    for level in range(_TOP_LEVEL, -1, -1):
        index = address >> _shift(level) & (_ENTRIES - 1)
        where = table + index * 8
        entry = int.from_bytes(read(where, 8), "little")
        steps.append(Step(level, index, where, entry))
        if not entry & PRESENT:
            break
        rights = _narrowed(rights, entry)
        if _is_page(entry, level):
            start = address & -(1 << _shift(level))
            return Translation(address, tuple(steps), _page(start, entry, level, rights, nx))
        table = entry & FRAME_MASK
    return Translation(address, tuple(steps), None)


def read_virtual(read: ReadPhysical, cr3: int, address: int, size: int) -> bytes:
    """Memory as the guest sees it.  Raises NotMappedError for the first page that is missing."""
    data = bytearray()
    while len(data) < size:
        translation = translate(read, cr3, address + len(data))
        mapping, physical = translation.mapping, translation.physical
        if mapping is None or physical is None:
            raise NotMappedError(translation)
        count = min(size - len(data), mapping.end - translation.address)
        data += read(physical, count)
    return bytes(data)


def merged(mappings: Iterable[Mapping]) -> Iterator[Mapping]:
    """The same with neighbours that continue each other made one."""
    current: Mapping | None = None
    for mapping in mappings:
        if current is not None and _continues(current, mapping):
            current = replace(current, size=current.size + mapping.size)
            continue
        if current is not None:
            yield current
        current = mapping
    if current is not None:
        yield current


def describe_entry(entry: int, level: int) -> str:
    """An entry of a table of that level, in words."""
    if not entry & PRESENT:
        return f"{entry:#x}: not present"
    page = _is_page(entry, level)
    if page:
        size = 1 << _shift(level)
        target = f"{size_in_words(size)} page at {entry & FRAME_MASK & -size:#x}"
    else:
        target = f"{LEVELS[level - 1]} at {entry & FRAME_MASK:#x}"
    flags = [
        "writable" if entry & WRITE else "read-only",
        "user" if entry & USER else "kernel only",
        *(["no execution"] if entry & NO_EXECUTE else []),
        *(["global"] if page and entry & GLOBAL else []),
        *(["write-through"] if entry & WRITE_THROUGH else []),
        *(["not cached"] if entry & CACHE_DISABLE else []),
        *(["accessed"] if entry & ACCESSED else []),
        *(["dirty"] if page and entry & DIRTY else []),
    ]
    return f"{entry:#x}: {target}, {', '.join(flags)}"


def size_in_words(size: int) -> str:
    """In the largest unit that divides it: ``2 MiB``."""
    for unit, shift in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if size >= 1 << shift and not size & ((1 << shift) - 1):
            return f"{size >> shift} {unit}"
    return f"{size} bytes"


def _shift(level: int) -> int:
    """Which bit of an address the index into a table of that level begins at."""
    return 12 + 9 * level


def _canonical(address: int) -> int:
    low = address & ((1 << 48) - 1)
    return low | _UPPER_HALF if low >> 47 else low


def _narrowed(above: int, entry: int) -> int:
    return (entry & above & (WRITE | USER)) | ((entry | above) & NO_EXECUTE)


def _is_page(entry: int, level: int) -> bool:
    return level == 0 or (level < _TOP_LEVEL and bool(entry & LARGE))


def _page(address: int, entry: int, level: int, rights: int, nx: bool) -> Mapping:
    size = 1 << _shift(level)
    return Mapping(
        address=address,
        size=size,
        frame=entry & FRAME_MASK & -size,
        write=bool(rights & WRITE),
        user=bool(rights & USER),
        execute=not (nx and rights & NO_EXECUTE),
        everywhere=bool(entry & GLOBAL),
        page_size=size,
    )


def _continues(first: Mapping, second: Mapping) -> bool:
    return (
        first.end == second.address
        and first.frame + first.size == second.frame
        and replace(second, address=first.address, size=first.size, frame=first.frame) == first
    )
