"""Sections as they grow, and the search for everybody's place.

    SectionBuilder ── Block ── Block ── Block
                        │        │
                     fixed     fixed       bytes, instructions, labels
                     bytes     bytes
                       +         +
                     tail      tail        one thing of unknown size: a branch, an
                                           alignment, .org, .skip with a computed count

A block's fixed part is as long as it is; a distance inside one block is known
while the source is still being read, any other only after relaxation.  That is
how GNU as cuts its frags, and what tells `.if . - start` from an error.

Relaxation (GNU as's relax_segment) begins with every branch short and walks
over the blocks again and again; a branch only ever grows.  Its result depends
on the order in which blocks learn of each other's growth, so that the order is
kept too: a target further on is assumed to move as the branch itself has moved
in this walk, unless an alignment between them may swallow that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from ring3.asm.branch import BranchForms
from ring3.asm.expression import Binary, Bound, Expression, Unary
from ring3.asm.instruction import Encoding, Instruction
from ring3.asm.lexer import AssemblyError
from ring3.asm.object import SectionFlag, SectionType
from ring3.asm.padding import code_padding
from ring3.asm.symbol_table import Entry
from ring3.diagnostic import Diagnostic, Location

LARGEST_SECTION = 1 << 26  # bytes that are stored: 64 MiB, also of all sections together
LARGEST_NOBITS = 1 << 40
MOST_RELAXATION_STEPS = 10_000_000
_LEAST_WALKS = 16
_NODE_STEPS = 5  # what evaluating a node of an expression costs, in visits to a block


class PendingField(NamedTuple):
    """A field of a block whose value is not known yet.

    ``following`` counts the bytes from the field's start to the place that a
    relative field is relative to (the end of the instruction); None for a field
    that is not relative.  ``is_branch`` asks for R_X86_64_PLT32, ``is_address`` says
    that it is the displacement of an address in memory.
    """

    offset: int
    size: int
    expression: Expression
    location: Location
    following: int | None = None
    signed: bool | None = None
    is_branch: bool = False
    is_address: bool = False


class Chunk(NamedTuple):
    """Some bytes, with fields whose offsets count from its start."""

    data: bytes
    location: Location
    fields: tuple[PendingField, ...] = ()
    is_code: bool = False


class Run(NamedTuple):
    """The same bytes again and again, not worth storing before everything is counted."""

    pattern: bytes
    times: int
    location: Location


@dataclass(slots=True)
class PendingInstruction:
    """An instruction that waits for the encoder, with the values known where it stands."""

    instruction: Instruction
    values: tuple[int | None, ...]
    expressions: tuple[Expression, ...]
    encoding: Encoding | None = None


Part = Chunk | Run | PendingInstruction | Entry


@dataclass(slots=True)
class Branch:
    """A jump with a short and a near form.  ``target`` is None when it must be near.

    ``names_symbol`` says that 64-bit code gives a symbol alone, without a number.
    """

    forms: BranchForms
    expression: Expression
    location: Location
    names_symbol: bool
    target: tuple[Block, int] | None = None
    is_near: bool = False

    @property
    def size(self) -> int:
        """Its length in bytes, opcode included, in the present form."""
        if self.is_near and self.forms.near is not None:
            return len(self.forms.near) + self.forms.near_size
        return len(self.forms.short or b"") + 1


@dataclass(slots=True)
class Alignment:
    """``.balign boundary, fill, limit``; without ``fill``, code of ``mode`` that does nothing.

    In an object of the i386 it is code that a 386 knows.
    """

    boundary: int
    fill: int | None
    limit: int
    mode: int
    location: Location
    is_i386: bool = False
    size: int = 0

    def padding(self, address: int) -> int:
        """How many bytes it takes at an address."""
        padding = -address % self.boundary
        return 0 if self.limit and padding > self.limit else padding


@dataclass(slots=True)
class Origin:
    """``.org``: up to the place that the expression gives, within the section."""

    expression: Expression
    fill: int
    location: Location
    size: int = 0
    weight: int = 0  # what evaluating the expression costs, in visits to a block


@dataclass(slots=True)
class Space:
    """``.skip`` and ``.fill`` with a count that is not known while reading."""

    expression: Expression
    pattern: bytes
    location: Location
    size: int = 0
    weight: int = 0  # likewise


Tail = Branch | Alignment | Origin | Space


@dataclass(eq=False, slots=True)
class Block:
    """A run of bytes of known length, and the thing of unknown length that ends it."""

    section: SectionBuilder
    index: int
    data: bytearray = field(default_factory=bytearray)
    size: int = 0
    parts: list[Part] = field(default_factory=list)
    fields: list[PendingField] = field(default_factory=list)
    lines: list[tuple[int, Location, bool]] = field(default_factory=list)
    tail: Tail | None = None
    address: int = 0
    region: int = 0

    def settle(self) -> None:
        """Give every part its place; all instructions must have their encodings."""
        for part in self.parts:
            match part:
                case Entry():
                    part.offset = self.size
                case Chunk():
                    self._append(part.data, part.fields, part.location, part.is_code)
                case PendingInstruction():
                    self._append_instruction(part)
                case Run():
                    self._append_run(part)
        self.parts.clear()

    def _append(
        self, data: bytes, fields: Sequence[PendingField], location: Location, is_code: bool
    ) -> None:
        if not data:
            return
        for pending in fields:
            self.fields.append(
                PendingField(
                    self.size + pending.offset,
                    pending.size,
                    pending.expression,
                    pending.location,
                    pending.following,
                    pending.signed,
                    pending.is_branch,
                    pending.is_address,
                )
            )
        self.section.grow(len(data), location)
        self.lines.append((self.size, location, is_code))
        if self.section.is_stored:
            self.data += data
        elif fields or any(data):
            self.section.refuse_content(location)
        self.size += len(data)

    def _append_instruction(self, part: PendingInstruction) -> None:
        encoding = part.encoding
        if encoding is None:  # it is wrong, and reported
            return
        location = part.instruction.location
        fields = [
            PendingField(
                place.offset,
                place.size,
                part.expressions[place.expression],
                location,
                len(encoding.data) - place.offset if place.relative else None,
                place.signed,
                is_address=part.instruction.is_address(place.expression),
            )
            for place in encoding.fields
        ]
        self._append(encoding.data, fields, location, True)

    def _append_run(self, run: Run) -> None:
        size = len(run.pattern) * run.times
        self.section.grow(size, run.location)
        self.lines.append((self.size, run.location, False))
        if self.section.is_stored:
            self.data += run.pattern * run.times
        elif any(run.pattern):
            self.section.refuse_content(run.location)
        self.size += size


@dataclass(slots=True)
class Storage:
    """How many bytes the sections of a file have together, those that are stored."""

    size: int = 0


class SectionBuilder:
    """A section while the source is read: blocks, the last of which is open."""

    def __init__(
        self, name: str, flags: SectionFlag, kind: SectionType, storage: Storage | None = None
    ) -> None:
        self.name = name
        self.flags = flags
        self.type = kind
        self.alignment = 1
        self.blocks: list[Block] = [Block(self, 0)]
        self._storage = storage or Storage()
        if not self.is_stored:
            self._storage = Storage()

    @property
    def is_stored(self) -> bool:
        """Whether its bytes are in the file (not so in .bss)."""
        return self.type is not SectionType.NOBITS

    @property
    def is_code(self) -> bool:
        """Whether padding in it is made of instructions."""
        return SectionFlag.EXECUTE in self.flags

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it yet, not even a label."""
        return len(self.blocks) == 1 and not self.last.size and not self.last.parts

    @property
    def last(self) -> Block:
        """The block that grows."""
        return self.blocks[-1]

    def end_block(self, tail: Tail) -> None:
        """Close the last block by something of unknown length, and open the next one."""
        self.last.tail = tail
        self.blocks.append(Block(self, len(self.blocks)))

    def refuse_content(self, location: Location) -> None:
        """Raise AssemblyError: only zeros can stand in a section without bytes."""
        raise AssemblyError(
            Diagnostic(
                "content-in-nobits",
                f"section `{self.name}` has no bytes in the file, so that it holds zeros alone",
                location,
                "reserve space with .skip, or put this into .data",
            )
        )

    def grow(self, size: int, location: Location) -> None:
        """Count some bytes; raises AssemblyError when they are beyond all reason."""
        if self._storage.size + size > (LARGEST_SECTION if self.is_stored else LARGEST_NOBITS):
            raise AssemblyError(_too_large(self, location))
        self._storage.size += size


def _too_large(section: SectionBuilder, location: Location) -> Diagnostic:
    most = LARGEST_SECTION if section.is_stored else LARGEST_NOBITS
    return Diagnostic(
        "section-too-large", f"section `{section.name}` grows beyond {most:,} bytes", location
    )


class Relaxation:
    """Finds the address of every block.

    ``compute(tail, section)`` evaluates what .org and .skip say: an offset in the
    section, or a count.  It raises AssemblyError for what is neither.
    """

    def __init__(
        self,
        sections: Sequence[SectionBuilder],
        compute: Callable[[Origin | Space, SectionBuilder], int],
    ) -> None:
        self.sections = sections
        self.compute = compute
        self.steps = 0

    def run(self) -> None:
        """Place everything; raises AssemblyError."""
        for section in self.sections:
            self._estimate(section)
        changed = True
        while changed:
            changed = False
            for section in self.sections:
                changed |= self._settle(section)
        self._check_total()
        for section in self.sections:
            self._check(section)

    def _check_total(self) -> None:
        total = 0
        for section in self.sections:
            if section.is_stored:
                total += section.last.address + section.last.size
                self._check_address(section, total)

    def _estimate(self, section: SectionBuilder) -> None:
        address = region = 0
        for block in section.blocks:
            block.address, block.region = address, region
            address += block.size
            tail = block.tail
            if isinstance(tail, Branch):
                tail.is_near = tail.target is None and tail.forms.near is not None
                address += tail.size
            elif isinstance(tail, Alignment):
                tail.size = tail.padding(address)
                address += tail.size
                region += 1
            elif isinstance(tail, Origin):
                region += 1
        self._check_address(section, address)

    def _settle(self, section: SectionBuilder) -> bool:
        """Walk until nothing changes; whether anything did."""
        for walk in range(len(section.blocks) ** 2 + _LEAST_WALKS):
            if not self._walk(section):
                return walk > 0
        return self._give_up(section)

    def _walk(self, section: SectionBuilder) -> bool:
        """One walk over the blocks; whether anything changed its size."""
        self.steps += len(section.blocks)
        if self.steps > MOST_RELAXATION_STEPS:
            self._give_up(section)
        stretch = 0
        changed = False
        for block in section.blocks:
            block.address += stretch
            tail = block.tail
            if tail is None:
                continue
            growth = self._growth(block, tail, stretch)
            if growth:
                stretch += growth
                changed = True
        self._check_address(section, section.last.address)
        return changed

    def _give_up(self, section: SectionBuilder) -> NoReturn:
        location = next(block.tail.location for block in section.blocks if block.tail)
        message = "the sizes of branches, .org and .skip in this section do not settle"
        raise AssemblyError(Diagnostic("relaxation-without-end", message, location))

    def _check_address(self, section: SectionBuilder, address: int) -> None:
        if address > (LARGEST_SECTION if section.is_stored else LARGEST_NOBITS):
            tail = next(block.tail for block in reversed(section.blocks) if block.tail)
            raise AssemblyError(_too_large(section, tail.location))

    def _growth(self, block: Block, tail: Tail, stretch: int) -> int:
        if isinstance(tail, Branch):
            return self._grow_branch(block, tail, stretch)
        end = block.address + block.size
        if isinstance(tail, Alignment):
            size = tail.padding(end)
        else:
            tail.weight = tail.weight or _NODE_STEPS * _nodes(tail.expression)
            self.steps += tail.weight
            value = self.compute(tail, block.section)
            size = max(0, value - end if isinstance(tail, Origin) else value * len(tail.pattern))
            if size > (LARGEST_SECTION if block.section.is_stored else LARGEST_NOBITS):
                raise AssemblyError(_too_large(block.section, tail.location))
        growth = size - tail.size
        tail.size = size
        return growth

    def _grow_branch(self, block: Block, branch: Branch, stretch: int) -> int:
        if branch.is_near or branch.target is None or branch.forms.near is None:
            return 0
        place, offset = branch.target
        target = place.address + offset
        if stretch and place.index > block.index:
            if stretch < 0 or place.region == block.region:
                target += stretch
            elif target < block.address:
                return 0
        before = branch.size
        if -128 <= target - (block.address + block.size + before) <= 127:
            return 0
        branch.is_near = True
        return branch.size - before

    def _check(self, section: SectionBuilder) -> None:
        for block in section.blocks:
            if isinstance(block.tail, (Origin, Space)):
                value = self.compute(block.tail, section)
                self._check_tail(block, block.tail, value)

    def _check_tail(self, block: Block, tail: Origin | Space, value: int) -> None:
        here = block.address + block.size
        if isinstance(tail, Origin) and value < here:
            message = f".org cannot go back: from {here:#x} to {value:#x}"
            raise AssemblyError(Diagnostic("org-backwards", message, tail.location))
        if isinstance(tail, Space) and value < 0:
            message = f"the count is negative here: {value}"
            raise AssemblyError(Diagnostic("negative-count", message, tail.location))


def _nodes(expression: Expression) -> int:
    """The nodes of an expression, and of those that its symbols were set to."""
    count = 0
    seen: set[Entry] = set()
    waiting: list[Expression] = [expression]
    while waiting:
        count += 1
        match waiting.pop():
            case Unary(operand=operand):
                waiting.append(operand)
            case Binary(left=left, right=right):
                waiting += (left, right)
            case Bound(reference=Entry() as entry) if entry.expression and entry not in seen:
                seen.add(entry)
                waiting.append(entry.expression)
            case _:
                pass
    return count


def tail_bytes(block: Block) -> bytes:
    """What stands between a block's fixed part and the next block; branches not included."""
    match block.tail:
        case Alignment(fill=None, size=size, mode=mode, is_i386=is_i386):
            return code_padding(size, mode, is_i386=is_i386)
        case Alignment(fill=fill, size=size) | Origin(fill=fill, size=size):
            return bytes(((fill or 0) & 0xFF,)) * size
        case Space(pattern=pattern, size=size) if size:
            return pattern * (size // len(pattern))
    return b""


def blocks_of(sections: Sequence[SectionBuilder]) -> Iterator[Block]:
    """All blocks of all sections."""
    for section in sections:
        yield from section.blocks
