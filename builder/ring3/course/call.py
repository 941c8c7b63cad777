"""Checks that are rows of data: one call through the door, and what must come back.

    before = { rax = 6, rbx = "1000..1073741823" }     other registers: at random
    after  = { rax = -9, rbx = "same" }
    console = true                                     the drawn text is shown

A value is a number, a range ``"LOW..HIGH"`` that one is drawn from, or ``"text"`` and
``"length"``: where a text is that was drawn, and how long.  ``after`` has numbers, or
"same", "length" for what stood there before.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ring3.course.finding import RIGHT, Finding, wrong
from ring3.course.lab import ALL_BITS, Lab, drawn_registers, signed
from ring3.machine.gdb_stub import GENERAL

Value = int | str

RANGE = re.compile(r"(\d+)\.\.(\d+)")
TEXT, LENGTH, SAME = "text", "length", "same"


@dataclass(frozen=True)
class CallCheck:
    """A judge that is data."""

    before: Mapping[str, Value]
    after: Mapping[str, Value]
    console: bool = False

    def __call__(self, lab: Lab, draw: random.Random) -> Finding:
        """Half of it is right when the console is and a register is not."""
        text = "".join(draw.choices(string.ascii_lowercase, k=draw.randrange(20, 60)))
        with lab.using_door() as door:
            heard = len(door.console())
            door.stub.write(door.buffer, text.encode())
            known = {TEXT: door.buffer, LENGTH: len(text)}
            values = {name: _drawn(value, known, draw) for name, value in self.before.items()}
            call = door.call(drawn_registers(draw, but=values))
            written = door.console()[heard:]
        assert call.after is not None
        if self.console and written != text.encode():
            seen = written[:80].decode("ascii", "backslashreplace")
            return wrong(f"the console shows {text!r}", f"it shows {seen!r}")
        known_after = {LENGTH: len(text)}
        for name, value in self.after.items():
            expected = call.before[name] if value == SAME else _number(value, known_after)
            if call.after[name] != expected & ALL_BITS:
                return wrong(
                    f"{name.upper()} is {signed(expected & ALL_BITS)} after {_listed(values)}",
                    f"it is {signed(call.after[name])}",
                    share=0.5 if self.console else 0.0,
                )
        return RIGHT


def is_before(table: object) -> bool:
    """Whether it can be a ``before``."""
    return _is_table(table, lambda text: text in (TEXT, LENGTH) or _is_range(text))


def is_after(table: object) -> bool:
    """Whether it can be an ``after``."""
    return _is_table(table, lambda text: text in (SAME, LENGTH))


def _is_table(table: object, admits: Callable[[str], bool]) -> bool:
    return (
        isinstance(table, dict)
        and table.keys() <= set(GENERAL)
        and all(
            -(1 << 63) <= value <= ALL_BITS
            if type(value) is int
            else isinstance(value, str) and admits(value)
            for value in table.values()
        )
    )


def _is_range(text: str) -> bool:
    found = RANGE.fullmatch(text)
    return found is not None and int(found[1]) <= int(found[2]) <= ALL_BITS


def _drawn(value: Value, known: Mapping[str, int], draw: random.Random) -> int:
    found = RANGE.fullmatch(value) if isinstance(value, str) else None
    if found is not None:
        return draw.randint(int(found[1]), int(found[2]))
    return _number(value, known) & ALL_BITS


def _number(value: Value, known: Mapping[str, int]) -> int:
    return known[value] if isinstance(value, str) else value


def _listed(values: Mapping[str, int]) -> str:
    return ", ".join(f"{name.upper()} = {value:#x}" for name, value in values.items())
