"""Where a value came from: read back from the instruction that used it, and from its file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ring3.asm import assemble
from ring3.elf import KERNEL as LAYOUT
from ring3.elf import Linked, link
from ring3.elf.debuggable import debuggable
from ring3.locate import KERNEL
from ring3.postmortem.case import Case
from ring3.postmortem.memory import Pages, aliases
from ring3.postmortem.origin import definitions, operand_writers, origins, register_loads
from ring3.postmortem.rules.ways import mismatch, path
from ring3.postmortem.symbols import Image, Images
from unit.postmortem.recording import recorded

SOURCE = """\
    .intel_syntax noprefix
    .set KIND, 0x8e
    .set SELECTOR, 0x10
    .text
    .global pvh_entry, given, giver, load, way, table
pvh_entry:
    mov rcx, rdi
    mov al, KIND
    or al, 0x60
    mov [rcx + 5], al
    ret

given:
    mov [rdi], rsi
    ret

giver:
    mov esi, SELECTOR
    call given
    xor eax, eax
    mov ecx, 0xc0000081
    mov edx, 0x230010
    wrmsr
    ret

load:
    mov word ptr [rsp], 0xfff
    mov [rsp + 2], rax
    lidt [rsp]
    ret

way:
    push rbx
    push rbp
    call given
    pop rbx
    pop rbp
    iretq

    .data
table:
    .quad 0
    .quad SELECTOR | KIND
"""


@pytest.fixture(scope="module")
def built() -> Linked:
    return link([assemble(SOURCE, name="demo.s")], LAYOUT)


@pytest.fixture(scope="module")
def addresses(built: Linked) -> dict[str, int]:
    return built.symbols


@pytest.fixture(scope="module")
def case(built: Linked, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case of which nothing is known but the file."""
    folder = tmp_path_factory.mktemp("sources")
    (folder / "demo.s").write_text(SOURCE)
    data = debuggable(built, str(folder))
    images = Images([Image(KERNEL, lambda: data)])
    return replace(recorded("division_by_zero"), symbols=images, memory=Pages({}), _decoded={})


def lines(case: Case, found: list[int]) -> list[str]:
    places = (case.place(address) for address in found)
    return [place.line.text for place in places if place is not None and place.line is not None]


def store_in(case: Case, routine: int, mnemonic: str = "mov") -> int:
    """The last instruction of that name on the way from a routine's start to its end."""
    return [step.address for step in path(case, routine) if step.mnemonic == mnemonic][-1]


def test_a_stored_value_is_followed_back_through_what_changed_it(
    case: Case, addresses: dict[str, int]
) -> None:
    store = store_in(case, addresses["pvh_entry"])
    found, given = definitions(case, store, ("rax",))
    assert lines(case, found) == ["or al, 0x60", "mov al, KIND"]
    assert given == frozenset()


def test_what_a_routine_was_given_is_looked_for_at_its_call(
    case: Case, addresses: dict[str, int]
) -> None:
    store = addresses["given"]
    assert definitions(case, store, ("rsi",)) == ([], frozenset(("rsi",)))
    call = path(case, addresses["giver"])[-1]
    assert lines(case, origins(case, store, ("rsi",), (call.address,))) == ["mov esi, SELECTOR"]


def test_a_line_s_constants_are_known_with_their_own_lines(
    case: Case, addresses: dict[str, int]
) -> None:
    (selector,) = case.symbols.constants(addresses["giver"])
    assert (selector.name, selector.value, selector.line.text) == (
        "SELECTOR",
        0x10,
        ".set SELECTOR, 0x10",
    )
    names = [each.name for each in case.symbols.constants(addresses["table"] + 8)]
    assert names == ["SELECTOR", "KIND"]


def test_what_fills_the_operand_of_lidt_is_found_in_front_of_it(
    case: Case, addresses: dict[str, int]
) -> None:
    lidt = store_in(case, addresses["load"], "lidt")
    assert lines(case, operand_writers(case, lidt, 0, 2)) == ["mov word ptr [rsp], 0xfff"]
    assert lines(case, operand_writers(case, lidt, 2, 8)) == ["mov [rsp + 2], rax"]


def test_the_values_of_a_wrmsr_are_found_by_the_number_of_its_register(case: Case) -> None:
    assert lines(case, register_loads(case, 0xC0000081)) == [
        "mov edx, 0x230010",
        "xor eax, eax",
    ]
    assert register_loads(case, 0xC0000082) == []


def test_registers_that_are_popped_in_another_order_are_told_with_both_lines(
    case: Case, addresses: dict[str, int]
) -> None:
    found = mismatch(path(case, addresses["way"], over_calls=True))
    assert [words for words, _ in found] == ["pushed here is RBP", "and popped here as RBX"]
    assert lines(case, [address for _, address in found]) == ["push rbp", "pop rbx"]
    assert mismatch(path(case, addresses["giver"], over_calls=True)) == ()


def test_a_frame_has_the_addresses_at_which_the_tables_show_it() -> None:
    def table(entries: dict[int, int]) -> bytes:
        return b"".join(entries.get(index, 0).to_bytes(8, "little") for index in range(512))

    pages = Pages(
        {
            1: table({0: 0x2003, 511: 0x2003}),  # PML4
            2: table({0: 0x3003}),
            3: table({0: 0x83, 1: 0x4003}),  # 2 MiB at 0, and a table
            4: table({7: 0x5003}),
        }
    )
    assert aliases(pages, (0x1000,), 0x5008) == {
        0x5008,
        0x207008,
        0xFFFF_FF80_0000_5008,
        0xFFFF_FF80_0020_7008,
    }
    assert aliases(pages, (0x9000,), 0x5008) == set()
