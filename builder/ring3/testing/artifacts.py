"""What is kept of a run: enough to look at it, and to see it again.

    folder/  kernel.elf initrd.tar   what was booted
             console voice           what was heard
             outcome                 how it ended
             command                 a script that boots it again

A disk that is full costs the artifacts, never the verdict.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from ring3.machine import Boot, Outcome


def own_files(boot: Boot, folder: Path) -> tuple[Boot, str | None]:
    """``boot`` with its kernel and initrd in ``folder``, so that its command stays good.

    A disk image stays where it is: it is large, and somebody's own.  Where
    nothing can be written, ``boot`` as it was, and the reason.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (
            replace(boot, kernel=_own(boot.kernel, folder), initrd=_own(boot.initrd, folder)),
            None,
        )
    except OSError as error:
        return boot, _reason(error)


def keep(outcome: Outcome, folder: Path) -> str | None:
    """Write what was heard, and how it ended.  Returns why that could not be, if so."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "console").write_bytes(outcome.console)
        (folder / "voice").write_bytes(outcome.voice)
        said = f"{outcome.kind.value}: {outcome.explanation}\n{outcome.messages}"
        (folder / "outcome").write_text(said, encoding="utf-8", errors="backslashreplace")
        command = folder / "command"
        command.write_text(f"#!/bin/sh\nexec {outcome.shell_command}\n", encoding="utf-8")
        command.chmod(0o755)
    except OSError as error:
        return _reason(error)
    return None


def _own(file: Path | None, folder: Path) -> Path | None:
    if file is None or not file.is_file():
        return file
    own = folder / file.name
    try:
        shutil.copyfile(file, own)
    except OSError:
        own.unlink(missing_ok=True)
        raise
    return own


def _reason(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}"
