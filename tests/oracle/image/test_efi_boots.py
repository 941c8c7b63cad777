"""The EFI loader on real firmware, and every way into the media that have several.

A boot of OVMF takes seconds: each one here is asked all that it can answer.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from oracle.image.booting import (
    EXIT_OK,
    EXIT_PANIC,
    End,
    boot,
    changed_tree,
    repetitive_bytes,
    some_bytes,
    uefi,
)
from oracle.image.reporting_kernel import SOURCE, checksum, reporting_kernel
from ring3.asm import SourceTree, assemble
from ring3.elf import KERNEL, Linked, link
from ring3.image.disk import build_gpt_disk
from ring3.image.efi import build_efi
from ring3.image.iso import build_iso
from ring3.image.loads import plan
from ring3.workspace import Workspace

COMMAND_LINE = 'init=/bin/doors -- "two words"'
INITRD = some_bytes(300_001) + repetitive_bytes()

RAM = 1

DISK = "format=raw,snapshot=on,file="
CD = "media=cdrom,format=raw,file="


@pytest.fixture(scope="module")
def kernel() -> Linked:
    return reporting_kernel()


@pytest.fixture(scope="module")
def tree() -> SourceTree:
    return SourceTree(Workspace().kernel_roots)


def boot_image(folder: Path, image: bytes, firmware: tuple[str, ...], drive: str = DISK) -> End:
    file = folder / "image"
    file.write_bytes(image)
    return boot(folder, *firmware, "-drive", f"{drive}{file}")


def check_report(end: End) -> None:
    """The reporting kernel found itself, the initrd and the command line as they should be."""
    assert end.status == EXIT_OK, end
    report = end.report
    assert report[0].split()[1:4] == ["00000001", "00000000", "00000001"]  # one module
    assert report[1] == COMMAND_LINE
    assert report[2].split() == [
        f"{len(INITRD):08x}",
        f"{checksum(INITRD):08x}",
        "600df00d",  # .data as it was linked
        "00000000",  # .bss
        "00000001",  # CR0: protected, not paged
        "00000000",  # CR4
        "00000000",  # interrupts are off
    ]


def memory_map(rows: list[str]) -> list[tuple[int, int, int]]:
    """Start, end and type of each row."""
    found = []
    for row in rows:
        words = [int(word, 16) for word in row.split()]
        start, length = words[0] << 32 | words[1], words[2] << 32 | words[3]
        found.append((start, start + length, words[4]))
    return found


RSDP_TOO = """
    mov esi, [ebp + 32]
    mov eax, [esi]
    call hex
    mov eax, [esi + 4]
    call hex
    call newline
    mov ebx, [ebp + 48]
"""


def test_uefi_tells_the_kernel_all_that_the_boot_contract_promises(
    tree: SourceTree, tmp_path: Path
) -> None:
    source = SOURCE.replace("    mov ebx, [ebp + 48]\n", RSDP_TOO)
    kernel = link([assemble(source)], KERNEL)
    end = boot_image(tmp_path, build_efi(kernel, INITRD, COMMAND_LINE, tree), uefi())
    check_report(end)
    rsdp = b"".join(int(word, 16).to_bytes(4, "little") for word in end.report[3].split())
    assert rsdp == b"RSD PTR "
    rows = memory_map(end.report[4:])
    assert len(rows) == int(end.report[0].split()[4], 16) > 2
    assert all(start < last for start, last, _ in rows)
    for one, two in pairwise(rows):
        assert one[1] <= two[0]
        assert one[1] < two[0] or one[2] != two[2]  # those that touch differ in kind
    kernel_end = max(segment.physical + segment.memory_size for segment in kernel.segments)
    assert any(
        start <= 0x100000 and kernel_end <= last and type_ == RAM for start, last, type_ in rows
    )
    ram = sum(last - start for start, last, type_ in rows if type_ == RAM)
    assert 100 << 20 < ram <= 128 << 20


MAKE_STALE = """
    mov r8d, ALLOCATE_MAX_ADDRESS           # the map that was just given is old then
    mov eax, BELOW_4_GIB
    mov edx, EFI_LOADER_DATA
    mov ecx, 1
    call memory_allocate
    mov al, 'S'
    out 0xe9, al
"""
EXIT = "    # 2. The end, unless the map has changed meanwhile.\n"
TWICE = f"    cmp ebx, PATIENCE - 2\n    jbe 9f\n{MAKE_STALE}9:\n{EXIT}"
ALWAYS = f"{MAKE_STALE}{EXIT}"

SERVICES = "    # 2. While there is a firmware: memory, and what it alone knows.\n"
GO_HIGH = f"""
    movabs rax, 0x140000000
    mov r8d, ALLOCATE_ADDRESS
    mov edx, EFI_LOADER_CODE
    mov ecx, 0x200000
    call memory_allocate
    mov rdi, rax
    lea rsi, [rip + image_base]
    lea rdx, [rip + 8f]
    sub rdx, rsi
    mov ecx, 0x100000
    rep movsb
    add rax, rdx
    jmp rax
8:  lea rcx, [rip + efi_entry]
    shr rcx, 32
    jz 9f
    mov al, 'H'
    out 0xe9, al
9:
{SERVICES}"""


def test_a_loader_above_4_gib_with_a_stale_memory_map_boots_as_well(
    kernel: Linked, tmp_path: Path
) -> None:
    """Firmware may do both to a loader; ours does not, so the loader is changed to do it itself."""
    high = changed_tree(tmp_path, "efi/loader.s", (SERVICES, GO_HIGH))
    stale = changed_tree(tmp_path, "efi/memory_map.s", (EXIT, TWICE))
    changed = SourceTree((high.roots[0], *stale.roots))
    image = build_efi(kernel, INITRD, COMMAND_LINE, changed)
    end = boot_image(tmp_path, image, (*uefi(), "-m", "6G"))
    check_report(end)
    assert end.debug_console == "HSS"


def test_firmware_that_does_not_let_go_is_said(kernel: Linked, tmp_path: Path) -> None:
    stale = changed_tree(tmp_path, "efi/memory_map.s", (EXIT, ALWAYS))
    end = boot_image(tmp_path, build_efi(kernel, INITRD, "", stale), uefi())
    said = "ring3: panic: the firmware does not end its boot services"
    assert end.status == EXIT_PANIC
    assert end.debug_console.splitlines() == ["S" * 16, said]
    assert end.serial.count(said) == 1  # the firmware's console may not be used any more


TAKE_1_MIB = f"""
    mov eax, 0x100000
    mov r8d, ALLOCATE_ADDRESS
    mov edx, EFI_LOADER_DATA
    mov ecx, 1
    call memory_allocate
{SERVICES}"""


def test_a_kernel_whose_place_is_taken_is_said_and_not_started(
    kernel: Linked, tmp_path: Path
) -> None:
    taken = changed_tree(tmp_path, "efi/loader.s", (SERVICES, TAKE_1_MIB))
    end = boot_image(tmp_path, build_efi(kernel, INITRD, "", taken), uefi())
    said = "ring3: panic: the firmware keeps the memory at 1 MiB, where the kernel belongs"
    assert end.status == EXIT_PANIC
    assert end.debug_console.splitlines() == ["", said]
    assert end.serial.count(said) == 2  # the firmware's console is on COM1 as well


def test_a_damaged_initrd_is_said_and_not_started(
    kernel: Linked, tree: SourceTree, tmp_path: Path
) -> None:
    image = bytearray(build_efi(kernel, INITRD, "", tree))
    image[image.index(plan(kernel, INITRD)[-1].packed) + 1000] ^= 1
    end = boot_image(tmp_path, bytes(image), uefi())
    said = "ring3: panic: the image is damaged, a checksum is wrong: copy it again"
    assert end.status == EXIT_PANIC
    assert end.debug_console.splitlines() == ["", said]


PC = ("-machine", "pc")
WAYS = {
    "a disk, by UEFI": (build_gpt_disk, "uefi", DISK),
    "a disk, by a BIOS": (build_gpt_disk, "pc", DISK),
    "a CD, by UEFI": (build_iso, "uefi", CD),
    "a CD, by a BIOS": (build_iso, "pc", CD),
    "a CD as a disk, by UEFI": (build_iso, "uefi", DISK),
    "a CD as a disk, by a BIOS": (build_iso, "pc", DISK),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_into_a_medium_gives_the_kernel_the_same(
    way: str, kernel: Linked, tree: SourceTree, tmp_path: Path
) -> None:
    build, firmware, drive = WAYS[way]
    image = build(kernel, INITRD, COMMAND_LINE, tree)
    check_report(boot_image(tmp_path, image, uefi() if firmware == "uefi" else PC, drive))


def test_a_bios_that_starts_a_volume_for_uefi_says_so(
    kernel: Linked, tree: SourceTree, tmp_path: Path
) -> None:
    end = boot_image(tmp_path, build_efi(kernel, INITRD, "", tree), PC)
    said = "ring3: panic: this image starts by UEFI; --format disk or iso starts by a BIOS"
    assert end.status == EXIT_PANIC
    assert end.serial.split("\r\n") == ["", said, ""]
