"""Images: the initrd with the programs, and what a BIOS or UEFI boots; what kind a file is."""

from ring3.image.kind import ImageFormat, ImageKind, image_kind

__all__ = ["ImageFormat", "ImageKind", "image_kind"]
