"""BOOTX64.EFI: binutils read it as a PE file, and take it apart."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import lz4.block
import pytest

from oracle.image.booting import some_bytes
from oracle.image.reporting_kernel import reporting_kernel
from ring3.asm import SourceTree, assemble
from ring3.diagnostic import SourceError
from ring3.elf import Access, Layout, SegmentLayout, link
from ring3.image.efi import build_application
from ring3.image.loads import plan
from ring3.image.pe import payload, write_pe
from ring3.workspace import Workspace

INITRD = some_bytes(10_001)


def objdump(file: Path, *options: str) -> str:
    return subprocess.run(
        ["objdump", *options, file], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("application") / "BOOTX64.EFI"
    tree = SourceTree(Workspace().kernel_roots)
    file.write_bytes(build_application(reporting_kernel(), INITRD, "a=b c", tree).data)
    return file


def test_it_is_a_relocatable_efi_application_for_x86_64(application: Path) -> None:
    headers = objdump(application, "-p")
    assert "file format pei-x86-64" in headers
    for line in (
        r"Magic\s+020b\s+\(PE32\+\)",
        r"Subsystem\s+0000000a\s+\(EFI application\)",
        r"Time/Date\s+Thu Jan  1 00:00:00 1970",
        r"ImageBase\s+0000000000000000",
        r"AddressOfEntryPoint\s+0000000000001000",
        r"Entry 5 [0-9a-f]{16} 0000000c Base Relocation Directory \[\.reloc\]",
    ):
        assert re.search(line, headers), line
    assert "relocations stripped" not in headers


def test_its_sections_are_where_their_headers_say_and_no_two_overlap(application: Path) -> None:
    sections = re.findall(
        r"^ +\d+ (\S+) +([0-9a-f]{8})  ([0-9a-f]{16})  [0-9a-f]{16}  ([0-9a-f]{8})",
        objdump(application, "-h"),
        re.MULTILINE,
    )
    names = [name for name, *_ in sections]
    assert names == [".text", ".rodata", ".data", ".cmdline", ".loads", ".kernel", ".initrd",
                     ".reloc"]  # fmt: skip
    end = 0x1000
    for _, size, address, offset in sections:
        assert int(address, 16) == int(offset, 16) >= end
        assert int(address, 16) % 0x1000 == 0
        end = int(address, 16) + int(size, 16)
    assert end <= application.stat().st_size


def test_objcopy_takes_the_payload_out_again(application: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    text, *_, initrd = plan(reporting_kernel(), INITRD)
    assert lz4.block.decompress(initrd.packed, uncompressed_size=len(INITRD)) == INITRD
    for section, starts in (
        (".initrd", initrd.packed),
        (".cmdline", b"a=b c\0"),
        (".kernel", text.packed),
    ):
        subprocess.run(
            ["objcopy", "-O", "binary", f"--only-section={section}", application, out], check=True
        )
        assert out.read_bytes().startswith(starts)


LAYOUT = Layout(
    base=0x1000,
    segments=(
        SegmentLayout("text", Access.READ | Access.EXECUTE, (".text",)),
        SegmentLayout("data", Access.READ | Access.WRITE, (".data", ".bss")),
    ),
    entry="start",
)


def small(text: str, folder: Path) -> Path:
    linked = link([assemble(f".intel_syntax noprefix\n{text}")], LAYOUT, defines={"fixed": 5})
    file = folder / "small.efi"
    file.write_bytes(write_pe(linked, [payload(".more", 0x10000, b"more")]))
    return file


def test_fields_that_hold_addresses_are_listed_for_relocation(tmp_path: Path) -> None:
    file = small(
        """
        .text
        .global start
        start: nop
        .data
        .quad start, 1, here, fixed
        .skip 0x1ff0
        here: .quad start
        .skip 0x1000
        .quad start
        """,
        tmp_path,
    )
    listed = objdump(file, "-p")
    entries = re.findall(r"reloc +\d+ offset +[0-9a-f]+ \[([0-9a-f]+)\] (\w+)", listed)
    assert [int(address, 16) for address, kind in entries if kind == "DIR64"] == [
        0x2000,
        0x2010,
        0x4010,
        0x5018,
    ]
    assert {kind for _, kind in entries} == {"DIR64", "ABSOLUTE"}


def test_an_address_in_a_field_that_is_too_small_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        small(".text\n.global start\nstart: mov eax, offset start\n.long start\n", tmp_path)
    assert [d.code for d in caught.value.diagnostics] == ["absolute-address"] * 2
    assert [d.location.line for d in caught.value.diagnostics] == [4, 5]
    assert "UEFI may load this code anywhere" in caught.value.diagnostics[0].message
