"""Images: the initrd with the programs, and the disk that a BIOS boots."""
