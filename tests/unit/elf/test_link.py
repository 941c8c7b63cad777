"""The linker's rules: who is found where, what is refused, and where things lie."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ring3.asm.object import (
    Binding,
    Fixup,
    FixupKind,
    Object,
    Section,
    SectionFlag,
    SectionType,
    Symbol,
)
from ring3.diagnostic import Location, Ring3Error, SourceError
from ring3.elf import KERNEL, PROGRAM, Access, Layout, Linked, SegmentLayout, embed, link

CODE = SectionFlag.ALLOC | SectionFlag.EXECUTE
DATA = SectionFlag.ALLOC | SectionFlag.WRITE
FLAGS = {".text": CODE, ".data": DATA, ".data.zeros": DATA, ".bss": DATA}


class Source:
    """Builds an object as the assembler would, one line of source a call."""

    def __init__(self, name: str) -> None:
        self.object = Object(name)
        self._line = 0

    def _here(self) -> Location:
        self._line += 1
        return Location(self.object.name, self._line)

    def section(
        self, name: str, data: bytes = b"", *, alignment: int = 1, flags: SectionFlag | None = None
    ) -> Source:
        flags = FLAGS.get(name, SectionFlag.ALLOC) if flags is None else flags
        self.object.sections[name] = Section(name, flags, alignment=alignment, data=bytearray(data))
        return self

    def zeros(self, name: str, size: int, *, alignment: int = 1) -> Source:
        self.object.sections[name] = Section(
            name, FLAGS[name], SectionType.NOBITS, alignment, size=size
        )
        return self

    def label(
        self,
        name: str,
        section: str | None = ".text",
        value: int = 0,
        binding: Binding = Binding.GLOBAL,
    ) -> Source:
        self.object.symbols[name] = Symbol(name, section, value, self._here(), binding=binding)
        return self

    def undefined(self, name: str, binding: Binding = Binding.GLOBAL) -> Source:
        self.object.symbols[name] = Symbol(
            name, None, 0, self._here(), binding=binding, defined=False
        )
        return self

    def fixup(
        self,
        section: str,
        offset: int,
        symbol: str,
        *,
        kind: FixupKind = FixupKind.ABS64,
        addend: int = 0,
    ) -> Source:
        fixup = Fixup(offset, kind, symbol, addend, self._here())
        self.object.sections[section].fixups.append(fixup)
        return self


def start(name: str = "start.s") -> Source:
    return Source(name).section(".text", bytes(16)).label("_start")


def quad(linked: Linked, segment: str, offset: int = 0) -> int:
    (found,) = (s for s in linked.segments if s.name == segment)
    return int.from_bytes(found.data[offset : offset + 8], "little")


def codes(*objects: Source, layout: Layout = PROGRAM) -> list[tuple[str, str]]:
    with pytest.raises(SourceError) as caught:
        link([source.object for source in objects], layout)
    return [(d.code, str(d.location)) for d in caught.value.diagnostics]


def message(*objects: Source) -> tuple[str, str | None]:
    with pytest.raises(SourceError) as caught:
        link([source.object for source in objects], PROGRAM)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic.message, diagnostic.help


def test_a_symbol_of_another_object_is_found_only_if_it_is_global() -> None:
    user = start().section(".data", bytes(8)).fixup(".data", 0, "answer").undefined("answer")
    public = Source("b.s").section(".text", bytes(8)).label("answer", value=4)
    private = (
        Source("b.s").section(".text", bytes(8)).label("answer", value=4, binding=Binding.LOCAL)
    )
    assert quad(link([user.object, public.object], PROGRAM), "data") == 0x401000 + 16 + 4
    assert message(user, private) == (
        "undefined symbol `answer`",
        "`answer` at b.s:1:1 is local to its file; add `.global answer` there",
    )


def test_local_symbols_of_the_same_name_stay_apart() -> None:
    def user(name: str, value: int) -> Source:
        source = Source(name).section(".data", bytes(8)).fixup(".data", 0, "x")
        return source.label("x", None, value, Binding.LOCAL)

    linked = link([start().object, user("a.s", 1).object, user("b.s", 2).object], PROGRAM)
    assert (quad(linked, "data", 0), quad(linked, "data", 8)) == (1, 2)


def test_the_name_of_a_section_means_the_objects_own_part_of_it() -> None:
    first = start().section(".rodata", bytes(5))
    second = Source("b.s").section(".rodata", bytes(8), alignment=8)
    second.section(".data", bytes(8)).fixup(".data", 0, ".rodata", addend=3)
    linked = link([first.object, second.object], PROGRAM)
    assert quad(linked, "data") == 0x402000 + 8 + 3


def test_a_strong_definition_wins_over_weak_ones_in_any_order() -> None:
    def define(name: str, value: int, binding: Binding) -> Source:
        return Source(name).label("x", None, value, binding)

    user = start().section(".data", bytes(8)).fixup(".data", 0, "x").undefined("x")
    weak, other = define("w.s", 1, Binding.WEAK), define("v.s", 3, Binding.WEAK)
    strong = define("s.s", 2, Binding.GLOBAL)
    for order in ([weak, strong, other], [strong, weak, other], [weak, other, strong]):
        assert quad(link([user.object, *(s.object for s in order)], PROGRAM), "data") == 2
    assert quad(link([user.object, weak.object, other.object], PROGRAM), "data") == 1


def test_a_reference_inside_an_object_follows_a_strong_definition_elsewhere() -> None:
    own = start().section(".data", bytes(8)).fixup(".data", 0, "x")
    own.label("x", None, 1, Binding.WEAK)
    strong = Source("s.s").label("x", None, 2)
    assert quad(link([own.object, strong.object], PROGRAM), "data") == 2


def test_an_undefined_weak_symbol_is_zero() -> None:
    user = start().section(".data", b"\xff" * 8).fixup(".data", 0, "maybe")
    linked = link([user.undefined("maybe", Binding.WEAK).object], PROGRAM)
    assert quad(linked, "data") == 0


def test_two_strong_definitions_are_an_error_that_names_both_places() -> None:
    again = Source("b.s").section(".text", b"\0").label("_start")
    assert message(start(), again) == (
        "symbol `_start` is defined twice",
        "the first definition is at start.s:1:1; rename one, or make it local",
    )


def test_everything_that_is_wrong_is_reported_at_once() -> None:
    first = start().section(".data", bytes(24))
    first.fixup(".data", 0, "absent").fixup(".data", 8, "gone").fixup(".data", 16, "absent")
    second = Source("b.s").section(".text", b"\0").label("_start")
    second.section(".weird", b"1").fixup(".text", 0, "absent", kind=FixupKind.ABS8)
    assert codes(first, second) == [
        ("duplicate-symbol", "b.s:1:1"),
        ("unplaced-section", "b.s:1:1"),
        ("undefined-symbol", "b.s:2:1"),
        ("undefined-symbol", "start.s:2:1"),
        ("undefined-symbol", "start.s:3:1"),
    ]


def test_a_misspelt_symbol_gets_the_nearest_known_one() -> None:
    user = start().section(".data", bytes(8)).fixup(".data", 0, "mesage")
    other = Source("b.s").section(".rodata", b"hi").label("message", ".rodata")
    assert message(user, other) == ("undefined symbol `mesage`", "did you mean `message`?")


def test_a_symbol_used_often_is_reported_once_and_counted() -> None:
    user = start().section(".data", bytes(24))
    for offset in (0, 8, 16):
        user.fixup(".data", offset, "zzz")
    assert message(user) == ("undefined symbol `zzz` (and 2 more in this file)", None)


def test_an_entry_that_is_missing_or_local_is_an_error() -> None:
    nothing = Source("a.s").section(".text", b"\x90")
    assert message(nothing)[0] == "no object defines `_start`"
    local = nothing.label("_start", binding=Binding.LOCAL)
    assert message(local) == ("entry `_start` is not global", "add `.global _start`")


def test_nothing_to_link_is_an_error() -> None:
    with pytest.raises(Ring3Error, match="nothing to link"):
        link([], PROGRAM)


class Archive:
    """A library that tells which members have been asked for."""

    def __init__(self, **members: Source) -> None:
        self.taken: list[str] = []
        self.thunks: dict[str, Callable[[], Object]] = {
            name: lambda name=name, member=member: self._take(name, member)  # type: ignore[misc]
            for name, member in members.items()
        }

    def _take(self, name: str, member: Source) -> Object:
        self.taken.append(name)
        return member.object


def test_library_members_are_taken_only_while_something_of_theirs_is_undefined() -> None:
    writer = Source("write.s").section(".text", b"\1").label("write").undefined("length")
    writer.fixup(".text", 0, "length", kind=FixupKind.ABS8)
    length = Source("length.s").label("length", None, 7)
    other = Source("other.s").section(".text", b"\2").label("other")
    archive = Archive(write=writer, length=length, other=other)
    user = start().undefined("write")
    linked = link([user.object], PROGRAM, library=archive.thunks)
    assert archive.taken == ["write", "length"]
    assert set(linked.symbols) > {"write", "length"}
    assert "other" not in linked.symbols


def test_an_objects_own_definition_keeps_the_librarys_out() -> None:
    archive = Archive(helper=Source("lib.s").section(".text", b"\1").label("helper"))
    own = Source("own.s").section(".text", b"\2").label("helper")
    link([start().undefined("helper").object, own.object], PROGRAM, library=archive.thunks)
    assert archive.taken == []


def test_a_weak_reference_does_not_take_a_library_member() -> None:
    archive = Archive(helper=Source("lib.s").section(".text", b"\1").label("helper"))
    user = start().undefined("helper", Binding.WEAK)
    link([user.object], PROGRAM, library=archive.thunks)
    assert archive.taken == []


def test_the_entry_itself_can_come_from_the_library() -> None:
    archive = Archive(_start=start("crt.s").undefined("main"))
    main = Source("main.s").section(".text", b"\x90").label("main")
    linked = link([main.object], PROGRAM, library=archive.thunks)
    assert linked.entry == linked.symbols["_start"] == linked.symbols["main"] + 1


def test_defines_are_absolute_symbols_and_may_not_be_defined_again() -> None:
    user = start().section(".data", bytes(8)).fixup(".data", 0, "page", addend=1)
    linked = link([user.object], PROGRAM, defines={"page": -4096})
    assert quad(linked, "data") == 2**64 - 4095
    user.label("page", None, 3)
    with pytest.raises(SourceError) as caught:
        link([user.object], PROGRAM, defines={"page": -4096})
    assert caught.value.diagnostics[0].message == "symbol `page` is the linker's own"


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        (FixupKind.ABS8, -128, 255),
        (FixupKind.ABS16, -32768, 65535),
        (FixupKind.ABS32, 0, 2**32 - 1),
        (FixupKind.ABS32S, -(2**31), 2**31 - 1),
    ],
)
def test_a_value_must_fit_its_field_and_the_error_says_by_how_much(
    kind: FixupKind, low: int, high: int
) -> None:
    def attempt(value: int) -> bytes:
        user = start().section(".data", bytes(8)).fixup(".data", 0, "x", kind=kind)
        linked = link([user.label("x", None, value, Binding.LOCAL).object], PROGRAM)
        return linked.segments[-1].data[: kind.size]

    assert attempt(low) == (low % 2 ** (8 * kind.size)).to_bytes(kind.size, "little")
    assert attempt(high) == high.to_bytes(kind.size, "little")
    for value, excess in ((low - 7, "7 too small"), (high + 1234, "1,234 too large")):
        with pytest.raises(SourceError) as caught:
            attempt(value)
        (diagnostic,) = caught.value.diagnostics
        assert diagnostic.code == "fixup-overflow"
        assert f"does not fit in {8 * kind.size}" in diagnostic.message
        assert diagnostic.message.endswith(f"it is {excess}")


@pytest.mark.parametrize(
    ("kind", "reach"),
    [(FixupKind.PC8, 2**7), (FixupKind.PC16, 2**15), (FixupKind.PC32, 2**31)],
)
def test_a_target_must_be_in_reach_and_the_error_says_how_far_it_is(
    kind: FixupKind, reach: int
) -> None:
    def attempt(distance: int) -> bytes:
        user = start().fixup(".text", 8, "x", kind=kind, addend=-4)
        user.label("x", None, 0x401008 + 4 + distance, Binding.LOCAL)
        return link([user.object], PROGRAM).segments[1].data[8 : 8 + kind.size]

    for distance in (reach - 1, -reach, 0):
        assert attempt(distance) == distance.to_bytes(kind.size, "little", signed=True)
    for distance, text in (
        (reach + 9, "10 bytes too far ahead"),
        (-reach - 5, "5 bytes too far b"),
    ):
        with pytest.raises(SourceError, match="1 error") as caught:
            attempt(distance)
        assert text in caught.value.diagnostics[0].message


def test_pieces_keep_their_alignment_and_code_is_padded_with_int3() -> None:
    first = start().section(".data", b"\1")
    first.section(".text", b"\x90")
    second = Source("b.s").section(".text", b"\xc3", alignment=8)
    second.section(".data", b"\2", alignment=4)
    _, text, data = link([first.object, second.object], PROGRAM).segments
    assert text.data == b"\x90" + b"\xcc" * 7 + b"\xc3"
    assert data.data == b"\1\0\0\0\2"


def test_segments_begin_on_fresh_pages_and_bss_takes_no_room_in_the_file() -> None:
    source = start().section(".rodata", bytes(0x1001)).section(".data", b"1234")
    source.zeros(".bss", 0x5000, alignment=64)
    headers, text, rodata, data = link([source.object], PROGRAM).segments
    assert (headers.address, headers.flags) == (0x400000, Access.READ)
    assert (text.address, text.flags) == (0x401000, Access.READ | Access.EXECUTE)
    assert (rodata.address, rodata.flags) == (0x402000, Access.READ)
    assert (data.address, data.flags) == (0x404000, Access.READ | Access.WRITE)
    assert (len(data.data), data.memory_size) == (4, 64 + 0x5000)


def test_zeros_in_front_of_initialised_data_are_in_the_file() -> None:
    layout = Layout(
        0x1000,
        (
            SegmentLayout("text", Access.READ | Access.EXECUTE, (".text",)),
            SegmentLayout("data", Access.READ | Access.WRITE, (".bss", ".data")),
        ),
        "_start",
    )
    source = start().section(".data", b"\7").zeros(".bss", 3)
    assert link([source.object], layout).segments[1].data == b"\0\0\0\7"


def test_sections_of_a_pattern_join_the_section_that_it_extends() -> None:
    source = start().section(".text.cold", b"\xf4", flags=CODE)
    linked = link([source.object], PROGRAM)
    assert linked.segments[1].data == bytes(16) + b"\xf4"


def test_the_linker_defines_where_segments_start_and_end_even_empty_ones() -> None:
    source = start().section(".data", b"1234").zeros(".bss", 0x10)
    symbols = link([source.object], PROGRAM).symbols
    assert (symbols["__text_start"], symbols["__text_end"]) == (0x401000, 0x401010)
    assert symbols["__rodata_start"] == symbols["__rodata_end"] == 0x402000
    assert (symbols["__data_start"], symbols["__data_end"]) == (0x402000, 0x402014)


def test_the_kernel_lies_at_minus_2_gib_and_is_loaded_at_1_mib() -> None:
    kernel = Source("k.s").section(".text", bytes(16)).label("pvh_entry", value=8)
    kernel.zeros(".bss", 0x1234)
    linked = link([kernel.object], KERNEL)
    text, data = linked.segments
    assert (text.address, text.physical) == (0xFFFFFFFF80100000, 0x100000)
    assert (data.address, data.physical) == (0xFFFFFFFF80101000, 0x101000)
    assert linked.entry == 0xFFFFFFFF80100008
    assert linked.symbols["__kernel_start"] == 0xFFFFFFFF80100000
    assert linked.symbols["__kernel_end"] == 0xFFFFFFFF80103000


def test_a_section_that_no_segment_takes_is_an_error_unless_it_is_never_loaded() -> None:
    assert codes(start().section(".mystery", b"1"))[0][0] == "unplaced-section"
    linked = link(
        [start().section(".comment", b"made by hand\0", flags=SectionFlag.NONE).object], PROGRAM
    )
    assert b"made by hand" in linked.data
    assert all(b"made by hand" not in segment.data for segment in linked.segments)


def test_a_section_that_wants_more_rights_than_its_segment_has_is_an_error() -> None:
    writable_text = start().section(".text.patched", b"1", flags=CODE | SectionFlag.WRITE)
    assert codes(writable_text)[0][0] == "wrong-section-flags"
    code_in_data = start().section(".data.jit", b"1", flags=DATA | SectionFlag.EXECUTE)
    assert codes(code_in_data)[0][0] == "wrong-section-flags"


def test_the_same_objects_give_the_same_bytes_and_another_order_gives_others() -> None:
    def objects() -> list[Object]:
        other = Source("b.s").section(".text", b"\xf4").label("other")
        return [start().object, other.object]

    assert link(objects(), PROGRAM).data == link(objects(), PROGRAM).data
    assert link(objects(), PROGRAM).data != link(objects()[::-1], PROGRAM).data


def test_linking_leaves_the_objects_as_they_were() -> None:
    user = start().section(".data", bytes(8)).fixup(".data", 0, "_start")
    first = link([user.object], PROGRAM)
    assert user.object.sections[".data"].data == bytes(8)
    assert link([user.object], PROGRAM).data == first.data


def test_embedded_bytes_have_their_pages_for_themselves() -> None:
    carried = embed("vdso64", b"\x7fELF" + bytes(5000))
    source = start().section(".rodata", b"neighbour")
    linked = link([source.object, carried, embed("next", b"x", alignment=1)], PROGRAM)
    first, last = linked.symbols["vdso64_start"], linked.symbols["vdso64_end"]
    assert (first % 4096, last - first) == (0, 8192)
    assert linked.symbols["next_start"] == last
    assert linked.symbols["next_end"] == last + 1


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (start().zeros(".bss", 1 << 62), "beyond-memory"),
        (start().zeros(".bss", 1 << 70), "beyond-memory"),
        (start().section(".data", b"1", alignment=1 << 40), "bad-alignment"),
        (start().section(".data", b"1", alignment=3), "bad-alignment"),
        (start().section(".data", b"1", alignment=0), "bad-alignment"),
        (start().zeros(".data.zeros", 1 << 40).section(".data", b"1"), "section-too-large"),
    ],
)
def test_sizes_that_no_machine_has_are_refused_and_not_tried(source: Source, code: str) -> None:
    assert [found for found, _ in codes(source)] == [code]
