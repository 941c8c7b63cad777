"""A check: what is booted, what is typed to it, and what must come of it.  Data alone.

    ring3.toml          [[check]] tables beside the workspace's own
    NAME.ring3.toml     [[check]] tables, and [defaults] for all of them
          └──read_toml──> tables ──checked key by key──> CheckFile ──> Check, Check, …

What is wrong with a file is said all at once, each with its line and, where a
word is misspelt, the nearest one that is known.
"""

from __future__ import annotations

import math
import re
import signal as signals
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from ring3.diagnostic import suggestion
from ring3.machine.outcome import OutcomeKind
from ring3.machine.profile import is_memory_size
from ring3.toml_file import (
    BEGINNING,
    TomlFile,
    are_texts,
    is_any_text,
    is_flag,
    is_text,
    is_whole,
    read_toml,
)
from ring3.toml_lines import Place
from ring3.workspace import CONFIGURATION

SUFFIX = ".ring3.toml"

DEFAULT_TIME_LIMIT = 10.0
"""Seconds, on the machine that ``ring3.testing.speed`` measures others against."""

DEFAULT_OUTPUT_LIMIT = 16 << 20
"""Bytes, of both channels together."""


class Voice(Enum):
    """Which of the guest's two channels."""

    CONSOLE = "console"
    KERNEL = "kernel"


class Order(Enum):
    """How the expected lines lie in what was heard."""

    SEQUENCE = "sequence"
    ANYWHERE = "anywhere"
    WHOLE = "whole"


class LineKind(Enum):
    """How much of a line a pattern is about."""

    LINE = "line"
    CONTAINS = "contains"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line as it is expected, or forbidden."""

    text: str
    kind: LineKind = LineKind.LINE
    voice: Voice = Voice.CONSOLE

    def matches(self, line: str) -> bool:
        """Whether ``line`` (without its end) is such a line."""
        if self.kind is LineKind.LINE:
            return line == self.text
        if self.kind is LineKind.CONTAINS:
            return self.text in line
        return re.search(self.text, line) is not None

    def __str__(self) -> str:
        kind = "" if self.kind is LineKind.LINE else f"{self.kind.value} "
        return f"{kind}`{self.text}`"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a dialogue: wait until COM1 brings the regular expression ``wait``, type."""

    wait: str
    send: str


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the tests; ``KEYS`` says what each field means.

    Paths are absolute, or relative to the current folder as the file's own is.
    """

    name: str
    file: Path
    line: int
    title: str = ""
    points: float = 1
    hint: str = ""
    hidden: bool = False
    program: str | None = None
    program_file: Path | None = None
    source: str | None = None
    kernel: Path | None = None
    initrd: Path | None = None
    image: Path | None = None
    records: bool = True
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    append: str = ""
    stdin: str | None = None
    dialogue: tuple[Turn, ...] = ()
    machine: str | None = None
    memory: str | None = None
    cpus: int | None = None
    cpu: str | None = None
    qemu_arguments: tuple[str, ...] = ()
    deterministic: bool = False
    seed: int | None = None
    time_limit: float = DEFAULT_TIME_LIMIT
    output_limit: int = DEFAULT_OUTPUT_LIMIT
    outcome: OutcomeKind | None = None
    status: int | None = None
    signal: int | None = None
    qemu_status: int | None = None
    expected: tuple[Pattern, ...] = ()
    forbidden: tuple[Pattern, ...] = ()
    order: Order = Order.SEQUENCE

    @property
    def heading(self) -> str:
        """What people call it."""
        return self.title or self.name

    @property
    def ends_by_itself(self) -> bool:
        """Whether the machine's end is part of what is judged.

        A kernel that is not ours and of which only lines are expected may run
        for ever: it is ended when they have come.
        """
        return self.records or self.outcome is not None or self.qemu_status is not None


@dataclass(frozen=True, slots=True)
class CheckFile:
    """The checks of one file, and the workspace that they are about (None: the stock system)."""

    path: Path
    workspace: Path | None
    checks: tuple[Check, ...]


def is_check_file(path: Path) -> bool:
    """Whether a file of this name may have checks in it."""
    return path.name == CONFIGURATION or path.name.endswith(SUFFIX)


def read_checks(path: Path) -> CheckFile:
    """The checks in ``path``.

    Raises SourceError with everything that is wrong with them, and Ring3Error
    for a file that cannot be read.
    """
    return _Reader(read_toml(path)).read()


# ----------------------------------------------------------------------------
# The keys.  docs/testing.md shows this table, and a test holds the two equal.


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

_NEEDS_PROGRAM = ("arguments", "environment", "stdin")
_BOOTED = ("program", "source", "kernel", "image")


# ----------------------------------------------------------------------------


class _Reader:
    """Turns the tables of one file into checks, and notes what is wrong with them."""

    def __init__(self, file: TomlFile) -> None:
        self._file = file
        self._path = file.path
        self._folder = file.path.parent

    def read(self) -> CheckFile:
        tables = self._file.tables
        own = self._path.name == CONFIGURATION
        if not own:
            self._check_top_level(tables)
        defaults = {} if own else tables.get("defaults", {})
        rows = tables.get("check", [])
        workspace = self._folder if own else self._workspace(tables.get("workspace"))
        checks: list[Check] = []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            place = self._file.place(("check",), 0)
            self._file.complain("bad-value", "the checks are tables", place, "write [[check]]")
            rows = []
        if not isinstance(defaults, dict):
            place = self._file.place(key="defaults")
            self._file.complain("bad-value", "`defaults` is a table", place, "write [defaults]")
            defaults = {}
        self._file.check_keys(
            defaults, KEYS, "a check", partial(self._file.place, ("defaults",), 0)
        )
        if self._file.complaints:
            defaults = {}
        for index, row in enumerate(rows):
            check = self._check(index, row, defaults)
            if check is not None:
                checks.append(check)
        self._check_names(rows)
        self._file.raise_any()
        return CheckFile(self._path, workspace, tuple(checks))

    def _check_top_level(self, tables: Mapping[str, Any]) -> None:
        known = ("check", "defaults", "workspace")
        for name in tables:
            if name not in known:
                place = self._file.place(key=name)
                self._file.complain(
                    "unknown-key",
                    f"`{name}` is nothing that checks have",
                    place,
                    suggestion(name, known),
                )

    def _workspace(self, name: Any) -> Path | None:
        if name is None:
            return self._folder if (self._folder / CONFIGURATION).is_file() else None
        place = self._file.place(key="workspace")
        if not isinstance(name, str):
            self._file.complain("bad-value", "`workspace` must be a path", place)
            return None
        folder = self._folder / name
        if not (folder / CONFIGURATION).is_file():
            self._file.complain(
                "no-file", f"{folder} is no workspace: it has no {CONFIGURATION}", place
            )
        return folder

    def _check(
        self, index: int, row: Mapping[str, Any], defaults: Mapping[str, Any]
    ) -> Check | None:
        before = self._file.complaints

        def place(key: str | None = None) -> Place | None:
            own = key is None or key in row
            return self._file.place(("check",) if own else ("defaults",), index if own else 0, key)

        self._file.check_keys(row, KEYS, "a check", place)
        if "name" not in row:
            self._file.complain("missing-key", "this check has no `name`", place())
        values = {**_without_rivals(defaults, row), **row}
        if self._file.complaints > before:
            return None
        self._check_together(values, place)
        check = Check(
            file=self._path,
            line=(place() or BEGINNING)[0],
            **{key: self._value(key, value, place(key), values) for key, value in values.items()},
            **self._derived(values, place),
        )
        return check if self._file.complaints == before else None

    def _check_together(
        self, values: Mapping[str, Any], place: Callable[[str], Place | None]
    ) -> None:
        """What no key says alone."""

        def refuse(key: str, message: str, cure: str | None = None) -> None:
            self._file.complain("contradiction", message, place(key), cure)

        booted = [key for key in _BOOTED if key in values]
        foreign = "kernel" in values or "image" in values
        records = values.get("records", not foreign)
        if len(booted) > 1:
            refuse(booted[1], f"a check boots one thing: `{booted[0]}` or `{booted[1]}`")
        for key in _NEEDS_PROGRAM if foreign else ():
            if key in values:
                cure = "use `dialogue`, which says what to wait for" if key == "stdin" else None
                refuse(key, f"`{key}` is for a program on ring3's kernel, not `{booted[0]}`", cure)
        if "initrd" in values and "kernel" not in values:
            refuse("initrd", "`initrd` goes with `kernel`")
        if values.get("append") and "image" in values:
            refuse("append", "a disk image has its own kernel command line")
        if not records and not foreign:
            refuse("records", "ring3's own kernel always tells its end", "leave out `records`")
        if values.get("deterministic"):
            for key in ("stdin", "dialogue"):
                if key in values:
                    refuse(
                        key, "nothing is typed in a deterministic run: a key comes when it comes"
                    )
        self._check_end(values, refuse, records=records)

    def _check_end(
        self, values: Mapping[str, Any], refuse: Callable[..., None], *, records: bool
    ) -> None:
        outcome = values.get("outcome")
        without = "its kernel keeps no records; `qemu_status` says how QEMU ended"
        for key in ("status", "signal") if not records else ():
            if key in values:
                refuse(key, f"`{key}` cannot be known: {without}", "with `records = true` it is")
        if not records and outcome in ("killed", "panic"):
            refuse("outcome", f"`{outcome}` cannot be known: {without}")
        if records and "qemu_status" in values:
            refuse("qemu_status", "`qemu_status` is for a kernel without records", "use `status`")
        if "status" in values and outcome not in (None, "exited"):
            refuse("status", f"a run that ends as `{outcome}` has no exit status")
        if "signal" in values and (outcome not in (None, "killed") or "status" in values):
            refuse("signal", "`signal` kills the program: then it has no `status` or other end")
        if "qemu_status" in values and outcome not in (None, "exited", "reset"):
            refuse("qemu_status", f"a run that ends as `{outcome}` has no QEMU status")
        if not records and not values.get("expected"):
            if values.get("qemu_status") == 0 or outcome == "reset":
                what = "qemu_status" if "qemu_status" in values else "outcome"
                cure = "say what it prints before, in `expected`"
                refuse(what, "a triple fault ends QEMU in the same way as a power-off", cure)
            elif "qemu_status" not in values and outcome is None:
                cure = "say `expected` lines, a `qemu_status` or an `outcome`"
                refuse("name", "nothing is judged in this check", cure)

    def _derived(
        self, values: Mapping[str, Any], place: Callable[[str], Place | None]
    ) -> dict[str, Any]:
        derived: dict[str, Any] = {}
        foreign = "kernel" in values or "image" in values
        if "records" not in values:
            derived["records"] = not foreign
        program = values.get("program")
        if program is not None and (Path(program).suffix or "/" in program):
            derived["program_file"] = self._existing("program", program, place("program"))
        if "signal" in values and "outcome" not in values:
            derived["outcome"] = OutcomeKind.KILLED
        return derived

    def _value(self, key: str, value: Any, place: Place | None, values: Mapping[str, Any]) -> Any:
        """A checked TOML value as the field of a Check."""
        if key in ("kernel", "initrd", "image"):
            return self._existing(key, value, place)
        if key in ("expected", "forbidden"):
            whole = key == "expected" and values.get("order") == Order.WHOLE.value
            return tuple(self._pattern(key, line, place, whole=whole) for line in value)
        if key == "dialogue":
            return tuple(self._turns(value, place))
        if key == "outcome":
            return OutcomeKind(value)
        if key == "order":
            return Order(value)
        if key == "signal":
            return value if isinstance(value, int) else signals.Signals[value].value
        if key == "machine" and ("/" in value or value.endswith(".toml")):
            return str(self._existing(key, value, place))
        return tuple(value) if isinstance(value, list) else value

    def _existing(self, key: str, name: str, place: Place | None) -> Path:
        path = self._folder / name
        if not path.is_file():
            self._file.complain("no-file", f"`{key}`: there is no file {path}", place)
        return path

    def _pattern(
        self, key: str, line: str | Mapping[str, Any], place: Place | None, *, whole: bool
    ) -> Pattern:
        if isinstance(line, str):
            line = {"line": line}
        kinds = [kind.value for kind in LineKind]
        for word in line:
            if word not in (*kinds, "voice"):
                near = suggestion(word, (*kinds, "voice"))
                self._file.complain("unknown-key", f"`{key}`: no line has a `{word}`", place, near)
        given = [kind for kind in kinds if kind in line]
        if len(given) != 1 or not isinstance(line[given[0]], str):
            message = f"`{key}`: a line is a text, or a table with one of " + ", ".join(kinds)
            self._file.complain("bad-value", message, place, 'such as { regex = "pid=[0-9]+" }')
            return Pattern("")
        text, kind = line[given[0]], LineKind(given[0])
        voice = line.get("voice", Voice.CONSOLE.value)
        if voice not in (Voice.CONSOLE.value, Voice.KERNEL.value):
            message = f"`{key}`: `voice` must be console or kernel, not {voice!r}"
            self._file.complain("bad-value", message, place)
            return Pattern("")
        if whole and voice != Voice.CONSOLE.value:
            message = f'`{key}`: with order = "whole" every line is the console\'s'
            self._file.complain("contradiction", message, place)
        if "\n" in text:
            cure = "write a list, a line an entry; a text of several lines ends with no line end"
            self._file.complain("bad-value", f"`{key}`: {text!r} is more than a line", place, cure)
        self._check_regex(key, text if kind is LineKind.REGEX else "", place)
        return Pattern(text, kind, Voice(voice))

    def _turns(self, turns: Sequence[Mapping[str, Any]], place: Place | None) -> Iterator[Turn]:
        for turn in turns:
            if set(turn) != {"wait", "send"} or not all(isinstance(t, str) for t in turn.values()):
                message = f"`dialogue`: a turn has a `wait` and a `send`, not {dict(turn)!r}"
                self._file.complain("bad-value", message, place)
            else:
                self._check_regex("dialogue", turn["wait"], place)
                yield Turn(turn["wait"], turn["send"])

    def _check_regex(self, key: str, text: str, place: Place | None) -> None:
        try:
            re.compile(text)
        except re.error as error:
            message = f"`{key}`: `{text}` is no regular expression: {error}"
            self._file.complain(
                "bad-regex", message, place, "a backslash needs '…' around the text"
            )

    def _check_names(self, rows: Sequence[Mapping[str, Any]]) -> None:
        first: dict[str, int] = {}
        for index, row in enumerate(rows):
            name = row.get("name")
            if not isinstance(name, str):
                continue
            if name in first:
                place = self._file.place(("check",), index, "name")
                other = self._file.place(("check",), first[name], "name")
                where = f" in line {other[0]}" if other else ""
                message = f"there is another check called `{name}`{where}"
                self._file.complain("same-name", message, place)
            first.setdefault(name, index)


def _without_rivals(defaults: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults, less what a check's own key stands instead of."""
    rivals = [_BOOTED, ("status", "signal", "outcome", "qemu_status")]
    replaced = {key for group in rivals if any(key in row for key in group) for key in group}
    return {key: value for key, value in defaults.items() if key not in replaced}
