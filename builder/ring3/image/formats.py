"""The formats of an image, by the names that ``build-image --format`` takes."""

from __future__ import annotations

from enum import Enum

REMOVABLE_LOADER = "EFI/BOOT/BOOTX64.EFI"  # UEFI 2.10, 3.5.1.1


class ImageFormat(Enum):
    """What ``build-image --format`` calls them."""

    DISK = "disk"
    ISO = "iso"
    EFI = "efi"
    KERNEL = "kernel"
