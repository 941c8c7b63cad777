"""Builds of sources that nobody trusts, each in a child process with limits.

    objects(sources)  ┐                ┌ child: limits itself, then assembles ┐
    program(sources)  ├── request ──>  │ and links as ring3 always does       │
    system(programs)  ┘                └──────────────────────────────────────┘
          Built, SourceError or Ring3Error  <── answer: JSON and bytes, checked

The assembler bounds by itself what a source takes, and its grammar stands before
Keystone.  This is the wall behind that: whatever a source does to the process that
reads it, the caller gets files, or one error that says what happened, and the
child can neither stay, nor start others without end, nor fill memory or disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ring3.confined.limits import Limits
from ring3.confined.message import Answer
from ring3.confined.supervise import CrashError, LimitError, ask

__all__ = ["Built", "CrashError", "LimitError", "Limits", "objects", "program", "system"]


@dataclass(frozen=True)
class Built:
    """A system as its files: what ``build-image --format kernel`` writes, and more.

    ``kernel`` and the ``programs`` (by name) are ELF files with debugging
    information; ``initrd`` has the programs without it.
    """

    kernel: bytes
    initrd: bytes
    command_line: str
    programs: Mapping[str, bytes]


def objects(
    sources: Sequence[Path], workspace: Path | None = None, *, limits: Limits | None = None
) -> dict[Path, bytes]:
    """Assemble each source to a relocatable ELF file, as ``ring3 asm -c`` does.

    Raises SourceError with what is wrong in the sources, and Ring3Error when a
    limit was struck or the child died.  So do the two others.
    """
    answer = _ask("objects", sources, workspace, limits)
    return {source: answer.file(str(place)) for place, source in enumerate(sources)}


def program(
    sources: Sequence[Path], workspace: Path | None = None, *, limits: Limits | None = None
) -> bytes:
    """Assemble and link one program to an executable ELF file, as ``ring3 asm`` does."""
    return _ask("program", sources, workspace, limits).file("program")


def system(
    programs: Sequence[str] = (),
    workspace: Path | None = None,
    *,
    init: str | None = None,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    append: str = "",
    limits: Limits | None = None,
) -> Built:
    """Build the kernel and an initrd, as ``ring3.build`` does with the same arguments."""
    answer = ask(
        {
            "task": "system",
            "programs": list(programs),
            "workspace": None if workspace is None else str(workspace),
            "init": init,
            "arguments": list(arguments),
            "environment": dict(environment or {}),
            "append": append,
        },
        limits or Limits(),
    )
    prefix = "program/"
    return Built(
        kernel=answer.file("kernel"),
        initrd=answer.file("initrd"),
        command_line=answer.text("command_line"),
        programs={
            name.removeprefix(prefix): data
            for name, data in answer.files.items()
            if name.startswith(prefix)
        },
    )


def _ask(
    task: str, sources: Sequence[Path], workspace: Path | None, limits: Limits | None
) -> Answer:
    request = {
        "task": task,
        "sources": [str(source) for source in sources],
        "workspace": None if workspace is None else str(workspace),
    }
    return ask(request, limits or Limits())
