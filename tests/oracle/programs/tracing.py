"""A program held by ptrace before its first instruction, so that a test can play kernel.

    with Traced(["/path/doors"]) as traced:
        traced.auxv = [...]                what the kernel told the program
        traced.write(address, b"...")      what it mapped, the vDSO's code too
        output, status = traced.run(...)   what each system call takes and leaves

A program's answer to a kernel that does something else than this host's can be
seen in no other way without another kernel.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType

# include/uapi/linux/ptrace.h
_CONT, _GETREGS, _SETREGS, _SYSCALL, _SEIZE = 7, 12, 13, 24, 0x4206
_OPTION_SYSGOOD, _OPTION_EXEC, _OPTION_EXITKILL = 1 << 0, 1 << 4, 1 << 20
_EVENT_EXEC = 4
_SYSCALL_STOP = signal.SIGTRAP | 0x80

# It stops itself, so that there is time to take hold of it, and then becomes the program.
_LAUNCHER = """
import os, signal, sys
os.kill(os.getpid(), signal.SIGSTOP)
environment = filter(None, os.environ["ENVIRONMENT"].split("\\n"))
os.execve(sys.argv[1], sys.argv[1:], dict(entry.split("=", 1) for entry in environment))
"""

Entry = tuple[int, int]


class Registers(ctypes.Structure):
    """struct user_regs_struct (arch/x86/include/asm/user_64.h)."""

    _fields_ = [
        (name, ctypes.c_uint64)
        for name in (
            *("r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8"),
            *("rax", "rcx", "rdx", "rsi", "rdi", "orig_rax", "rip", "cs", "eflags", "rsp"),
            *("ss", "fs_base", "gs_base", "ds", "es", "fs", "gs"),
        )
    ]
    rax: int
    rcx: int
    rdx: int
    rdi: int
    orig_rax: int


Hook = Callable[[Registers], bool]


class Traced:
    """A program after execve and before its first instruction."""

    def __init__(self, argv: list[str], environment: Mapping[str, str] | None = None) -> None:
        self._output, writing = os.pipe()
        given = "\n".join(f"{name}={value}" for name, value in (environment or {}).items())
        self.pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-SEc", _LAUNCHER, *argv],
            {"ENVIRONMENT": given},
            file_actions=[(os.POSIX_SPAWN_DUP2, writing, 1)],
        )
        os.close(writing)
        os.waitpid(self.pid, os.WUNTRACED)
        _ptrace(_SEIZE, self.pid, _OPTION_SYSGOOD | _OPTION_EXEC | _OPTION_EXITKILL)
        os.kill(self.pid, signal.SIGCONT)
        while self._stop() >> 8 != signal.SIGTRAP | _EVENT_EXEC << 8:
            _ptrace(_CONT, self.pid)
        self._memory = os.open(f"/proc/{self.pid}/mem", os.O_RDWR)

    def __enter__(self) -> Traced:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._memory)
        os.close(self._output)

    @property
    def auxv(self) -> list[Entry]:
        """The auxiliary vector, AT_NULL left out."""
        return [entry for entry in struct.iter_unpack("<QQ", self._raw_auxv()) if entry[0]]

    @auxv.setter
    def auxv(self, entries: Iterable[Entry]) -> None:
        old = self._raw_auxv()
        new = b"".join(struct.pack("<QQ", *entry) for entry in (*entries, (0, 0)))
        assert len(new) <= len(old), "there is no room for so many entries"
        first, last = self._mapping("[stack]")
        at = os.pread(self._memory, last - first, first).rindex(old)
        self.write(first + at, new)

    def write(self, address: int, data: bytes) -> None:
        """Put ``data`` at ``address``, also where the program itself may not write."""
        assert os.pwrite(self._memory, data, address) == len(data)

    def vdso(self) -> tuple[int, bytes]:
        """Where the vDSO begins, and what is in it."""
        first, last = self._mapping("[vdso]")
        return first, os.pread(self._memory, last - first, first)

    def run(self, enter: Hook | None = None, leave: Hook | None = None) -> tuple[bytes, int]:
        """Go on to the end; every system call passes ``enter`` and ``leave``.

        Both may change the registers, the one before and the other after the
        kernel; one that returns True has seen enough, and no more calls pass.
        Returns what was printed and the status as ``subprocess`` has it.
        """
        hook, other = leave, enter  # the program is still in execve: that ends first
        request = _SYSCALL if enter or leave else _CONT
        passed = 0
        while True:
            _ptrace(request, self.pid, passed)
            status = self._stop()
            if not os.WIFSTOPPED(status):
                return self._read_all(), os.waitstatus_to_exitcode(status)
            passed = os.WSTOPSIG(status)  # a signal is for the program
            if passed == _SYSCALL_STOP:
                passed = 0
                if hook is not None and self._change_registers(hook):
                    request = _CONT
                hook, other = other, hook

    def _change_registers(self, hook: Hook) -> bool:
        registers = Registers()
        _ptrace(_GETREGS, self.pid, ctypes.addressof(registers))
        enough = hook(registers)
        _ptrace(_SETREGS, self.pid, ctypes.addressof(registers))
        return enough

    def _stop(self) -> int:
        return os.waitpid(self.pid, 0)[1]

    def _raw_auxv(self) -> bytes:
        return Path(f"/proc/{self.pid}/auxv").read_bytes()

    def _mapping(self, name: str) -> tuple[int, int]:
        for line in Path(f"/proc/{self.pid}/maps").read_text(encoding="utf-8").splitlines():
            if line.endswith(name):
                first, last = line.split()[0].split("-")
                return int(first, 16), int(last, 16)
        raise LookupError(f"nothing is mapped as {name}")

    def _read_all(self) -> bytes:
        pieces = []
        while piece := os.read(self._output, 1 << 16):
            pieces.append(piece)
        return b"".join(pieces)


_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


def _ptrace(request: int, pid: int, data: int = 0) -> None:
    if _libc.ptrace(request, pid, None, data) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"ptrace request {request}: {os.strerror(number)}")
