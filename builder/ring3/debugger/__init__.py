"""gdb on a guest: the files it needs, and `ring3 debug`, which gives it commands of its own.

System ──lines──> kernel.elf, programs and vDSOs with their lines
debug: QEMU, standing still ──gdb stub──────> gdb ──in it: gdb_side.py
         └──monitor──> this process ──answers──┘  by a Unix socket
"""

from ring3.debugger.lines import DEBUG_FOLDER, KERNEL, SOCKET, gdb_command, write_lines

__all__ = ["DEBUG_FOLDER", "KERNEL", "SOCKET", "gdb_command", "write_lines"]
