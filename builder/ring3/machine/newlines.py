"""Undo what a serial terminal does to line ends.

program "a\\n" ──kernel──> COM1 "a\\r\\n" ──Newlines──> "a\\n"
"""

from __future__ import annotations


class Newlines:
    """Takes out the one ``\\r`` that the guest put before each ``\\n``, across chunk borders.

    A ``\\r`` at the end of a chunk is held back until the byte after it is
    known: only that tells whether the guest inserted it.
    """

    def __init__(self) -> None:
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        """The program's bytes in ``chunk``, after what was held back of the last one."""
        chunk = self._held + chunk
        self._held = chunk[-1:] if chunk.endswith(b"\r") else b""
        return chunk.removesuffix(self._held).replace(b"\r\n", b"\n")

    def rest(self) -> bytes:
        """What is still held back when nothing more will come."""
        held, self._held = self._held, b""
        return held
