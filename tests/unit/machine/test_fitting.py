"""Which machine boots which image, and why another does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ring3.diagnostic import Ring3Error
from ring3.image import ImageFormat
from ring3.image.kind import ImageKind
from ring3.machine import Machine, boot_of_image, load_machine, machine_for_image
from ring3.machine.fitting import obstacle

QEMU = Path(__file__).parents[3] / "qemu"

DISK = ImageKind(ImageFormat.DISK, bios=True, uefi=False)
BOTH = ImageKind(ImageFormat.DISK, bios=True, uefi=True)
ISO = ImageKind(ImageFormat.ISO, bios=True, uefi=True, hybrid=True)
CD_ALONE = ImageKind(ImageFormat.ISO, bios=True, uefi=False)
EFI = ImageKind(ImageFormat.EFI, bios=False, uefi=True)

BIOS_ALONE = "it has UEFI, and the image has a way for a BIOS alone"
UEFI_ALONE = "it has a BIOS, and the image has a way for UEFI alone"
NO_IMAGE = "it boots no image, only a kernel"


def machine(name: str) -> Machine:
    return load_machine(name, [QEMU])


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("pc", DISK, None),
        ("pc", BOTH, None),
        ("pc", ISO, None),
        ("pc", CD_ALONE, None),
        ("pc", EFI, UEFI_ALONE),
        ("q35-uefi", DISK, BIOS_ALONE),
        ("q35-uefi", BOTH, None),
        ("q35-uefi", ISO, None),
        ("q35-uefi", CD_ALONE, BIOS_ALONE),
        ("q35-uefi", EFI, None),
        ("bochs-amd", ISO, None),
        ("bochs-amd", EFI, UEFI_ALONE),
        ("microvm", DISK, NO_IMAGE),
        ("microvm", ISO, NO_IMAGE),
    ],
)
def test_a_machine_boots_what_its_firmware_finds(
    name: str, kind: ImageKind, reason: str | None
) -> None:
    assert obstacle(machine(name), kind) == reason


def test_a_cd_goes_into_a_machine_without_one_as_a_disk_if_it_can() -> None:
    without = Machine(name="mine", machine="pc", boot=("disk",), drive="ide")
    assert obstacle(without, ISO) is None
    assert obstacle(without, CD_ALONE) == "it boots no CD, and the image is no disk as well"


def test_a_refusal_names_the_reason_and_a_machine_that_can(tmp_path: Path) -> None:
    image = tmp_path / "disk.img"
    image.write_bytes(b"\xfa\xeb\xfe".ljust(510, b"\0") + b"\x55\xaa" + bytes(515_584))
    assert machine_for_image(image) == "pc"
    with pytest.raises(Ring3Error) as caught:
        boot_of_image(image, machine("q35-uefi"))
    assert caught.value.message.endswith(f"disk.img: {BIOS_ALONE}")
    assert caught.value.help == "--machine pc can"
    assert boot_of_image(image, machine("pc")).way == "disk"


def test_a_file_that_is_no_image_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not an image\n")
    with pytest.raises(Ring3Error, match="is not a bootable image"):
        machine_for_image(text)
