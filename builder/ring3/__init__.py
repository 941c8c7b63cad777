"""ring3: assemble, link, pack and boot a small x86-64 kernel with three doors.

    ring3.assemble(text)      text ──> Object                 (ring3.asm)
    ring3.build("doors")      sources ──> System              (ring3.pipeline)
    ring3.boot("doors")       System ──> a Session with it    (ring3.run)

The names are imported when they are first used, so that ``import ring3`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ring3.asm import assemble as assemble
    from ring3.diagnostic import Ring3Error as Ring3Error
    from ring3.diagnostic import SourceError as SourceError
    from ring3.pipeline import build as build
    from ring3.run import boot as boot

_HOMES = {
    "Ring3Error": "ring3.diagnostic",
    "SourceError": "ring3.diagnostic",
    "assemble": "ring3.asm",
    "boot": "ring3.run",
    "build": "ring3.pipeline",
}

__all__ = ["Ring3Error", "SourceError", "assemble", "boot", "build"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
