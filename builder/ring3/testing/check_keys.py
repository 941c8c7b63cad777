"""The keys of ``[[check]]``: what each wants, what holds without it, what it means.

docs/testing.md shows this table, and a test holds the two equal.
"""

from __future__ import annotations

import math
import signal as signals
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ring3.machine.outcome import OutcomeKind
from ring3.machine.profile import is_memory_size
from ring3.testing.check import DEFAULT_OUTPUT_LIMIT, DEFAULT_TIME_LIMIT, Order
from ring3.toml_file import are_texts, is_any_text, is_flag, is_text, is_whole


@dataclass(frozen=True, slots=True)
class Key:
    """What a key of ``[[check]]`` wants, what holds without it, what it means."""

    wants: str
    default: str
    meaning: str
    admits: Callable[[Any], bool] = field(compare=False)
    words: Sequence[str] = ()


def _are_pairs(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(word, str) for word in value.values())


def _are_lines(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(line, str | dict) for line in value)


def _are_turns(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(turn, dict) for turn in value)


def _is_number(value: Any, least: float, *, more: bool = False) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    return value > least if more else value >= least


def _is_signal(value: Any) -> bool:
    return is_whole(value, 1, 64) or (
        isinstance(value, str) and value in signals.Signals.__members__
    )


OUTCOMES = tuple(
    kind.value
    for kind in OutcomeKind
    if kind not in (OutcomeKind.MACHINE_ERROR, OutcomeKind.INTERRUPTED)
)
ORDERS = tuple(order.value for order in Order)

KEYS: Mapping[str, Key] = {
    "name": Key("a text", "must be there", "what the test is called; once in a file", is_text),
    "title": Key("a text", "the name", "what it is about, for people", is_text),
    "points": Key(
        "a number, 0 or more", "1", "what it is worth", lambda value: _is_number(value, 0)
    ),
    "hint": Key("a text", "none", "shown when it fails", is_text),
    "hidden": Key("true or false", "false", "for a grader: not shown to students", is_flag),
    "program": Key(
        "a text",
        "the workspace's `init`, else `doors`",
        "process 1: a `.s`, `.c` or ELF file beside this one, or a program's name",
        is_text,
    ),
    "source": Key("a text", "none", "process 1 as assembly, written here", is_text),
    "kernel": Key(
        "a path", "none", "another kernel (PVH or multiboot ELF), given to QEMU directly", is_text
    ),
    "initrd": Key("a path", "none", "its initrd", is_text),
    "image": Key("a path", "none", "a disk image to boot", is_text),
    "records": Key(
        "true or false",
        "false with `kernel` or `image`, else true",
        "whether the kernel tells its end as ring3's does",
        is_flag,
    ),
    "arguments": Key("a list of texts", "none", "what follows argv[0]", are_texts),
    "environment": Key("a table of texts", "none", "more environment of process 1", _are_pairs),
    "append": Key("a text", "none", "more kernel command line", is_any_text),
    "stdin": Key(
        "a text", "nothing is typed", "typed when process 1 runs, and ^D after it", is_any_text
    ),
    "dialogue": Key(
        'a list of `{ wait = "regex", send = "text" }`',
        "none",
        "type each `send` when COM1 has brought its `wait`",
        _are_turns,
    ),
    "machine": Key(
        "a text",
        "the workspace's; `microvm`, or `pc` with `kernel` or `image`",
        "a machine's name, or the path of its `.toml`",
        is_text,
    ),
    "memory": Key(
        'a size: "64M", "1G"',
        "the machine's",
        "its memory",
        lambda value: isinstance(value, str) and is_memory_size(value),
    ),
    "cpus": Key(
        "a whole number, 1 to 255",
        "the machine's",
        "how many CPUs it has",
        lambda value: is_whole(value, 1, 255),
    ),
    "cpu": Key("a text", "the machine's", "QEMU's name of the CPU model", is_text),
    "qemu_arguments": Key(
        "a list of texts",
        "none",
        "more words for QEMU; `{folder}` in them is the folder of this file",
        are_texts,
    ),
    "deterministic": Key(
        "true or false", "false", "count instructions: every run is the same", is_flag
    ),
    "seed": Key(
        "a whole number, 0 or more",
        "none",
        "of all random numbers",
        lambda value: is_whole(value, 0, 2**64 - 1),
    ),
    "time_limit": Key(
        "seconds, more than 0",
        f"{DEFAULT_TIME_LIMIT:g}",
        "for the whole run; longer on a slower machine",
        lambda value: _is_number(value, 0, more=True),
    ),
    "output_limit": Key(
        "a whole number of bytes, 1 or more",
        f"{DEFAULT_OUTPUT_LIMIT:,}",
        "for all that is heard",
        lambda value: type(value) is int and value >= 1,
    ),
    "outcome": Key(
        "one of " + ", ".join(f"`{word}`" for word in OUTCOMES),
        "`exited`, or `killed` with `signal`",
        "how the run must end",
        lambda value: value in OUTCOMES,
        OUTCOMES,
    ),
    "status": Key(
        "a whole number, 0 to 255",
        "0",
        "the program's exit status",
        lambda value: is_whole(value, 0, 255),
    ),
    "signal": Key(
        'a name ("SIGSEGV") or a number, 1 to 64', "any", "what must kill the program", _is_signal
    ),
    "qemu_status": Key(
        "a whole number, 0 to 255",
        "any",
        "QEMU's exit status, for a kernel without records: (value << 1) | 1",
        lambda value: is_whole(value, 0, 255),
    ),
    "expected": Key("a list of lines", "none", "what must be heard", _are_lines),
    "forbidden": Key("a list of lines", "none", "what must not be heard", _are_lines),
    "order": Key(
        "one of " + ", ".join(f"`{word}`" for word in ORDERS),
        f"`{Order.SEQUENCE.value}`",
        "how the expected lines lie: in this order, in any, or no other line beside them",
        lambda value: value in ORDERS,
        ORDERS,
    ),
}
