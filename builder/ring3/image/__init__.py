"""Images: the initrd with the programs, and what a BIOS or UEFI boots.

What kind of image a file is tells ``ring3.image.kind``.
"""

from ring3.image.formats import ImageFormat

__all__ = ["ImageFormat"]
