"""gdb at a terminal of its own, as a person would use it.

with Gdb(folder, "kernel.elf") as gdb:
    gdb.attach(socket)
    gdb("hbreak syscall.s:33")
    assert "syscall.s:33" in gdb("continue")
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from types import TracebackType

import pexpect
import pytest

# Only a debugger that hangs ever waits as long.
PATIENCE = 60.0

PROMPT = "(gdb) "


class Gdb:
    """A debugger; calling it gives it a command and returns its answer."""

    def __init__(self, file: Path, *, debug_folder: Path | None = None) -> None:
        if shutil.which("gdb") is None:
            pytest.skip("gdb is not installed")
        # So that no answer waits for a key, is folded, or is coloured.
        settings = ["confirm off", "pagination off", "width 0", "style enabled off"]
        if debug_folder is not None:
            settings.append(f"debug-file-directory {debug_folder}")
        options = [word for setting in settings for word in ("-iex", f"set {setting}")]
        self._process = pexpect.spawn(
            "gdb",
            ["-nx", "-q", *options, str(file)],
            encoding="utf-8",
            timeout=PATIENCE,
            echo=False,
            env={**os.environ, "TERM": "dumb"},
        )
        self._process.delaybeforesend = None

    def __enter__(self) -> Gdb:
        self._process.expect_exact(PROMPT)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.close(force=True)

    def attach(self, socket: Path) -> None:
        """Connect to a machine that is just being started: its socket may still have to come."""
        deadline = time.monotonic() + PATIENCE
        while not (said := self(f"target remote {socket}")).startswith(("Remote", "0x")):
            assert time.monotonic() < deadline, said

    def __call__(self, command: str) -> str:
        """What gdb says to a command, up to its next prompt."""
        self._process.sendline(command)
        self._process.expect_exact(PROMPT)
        return str(self._process.before).replace("\r\n", "\n").strip()
