"""Warnings: what does not stop a build, told to whoever listens.

    warn(diagnostic) ──> every open told_to(…)

``memory.py`` listens too: what was told while an answer was made is told again
when the answer is remembered, so that a warning stays until its cause is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ring3.diagnostic import Diagnostic

Listener = Callable[["Diagnostic"], object]

_listeners: ContextVar[tuple[Listener, ...]] = ContextVar("_listeners", default=())


def warn(diagnostic: Diagnostic) -> None:
    """Tell everybody who listens."""
    for listener in _listeners.get():
        listener(diagnostic)


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """``listener`` is called within the block with every warning."""
    token = _listeners.set((*_listeners.get(), listener))
    try:
        yield
    finally:
        _listeners.reset(token)


@contextmanager
def untold() -> Iterator[None]:
    """Within the block nobody hears a warning who did not begin to listen in it."""
    token = _listeners.set(())
    try:
        yield
    finally:
        _listeners.reset(token)
