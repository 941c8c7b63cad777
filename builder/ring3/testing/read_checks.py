"""Checks, read from TOML.

    ring3.toml          [[check]] tables beside the workspace's own
    NAME.ring3.toml     [[check]] tables, and [defaults] for all of them
          └──read_toml──> tables ──checked key by key──> CheckFile

What is wrong with a file is said all at once, each with its line and, where a
word is misspelt, the nearest one that is known.
"""

from __future__ import annotations

import re
import signal as signals
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ring3.diagnostic import suggestion
from ring3.machine.outcome import OutcomeKind
from ring3.testing.check import Check, CheckFile, LineKind, Order, Pattern, Turn, Voice
from ring3.testing.check_keys import KEYS
from ring3.toml_file import BEGINNING, TomlFile, read_toml
from ring3.toml_lines import Place
from ring3.workspace import CONFIGURATION

_NEEDS_PROGRAM = ("arguments", "environment", "stdin")
_BOOTED = ("program", "source", "kernel", "image")


def read_checks(path: Path) -> CheckFile:
    """The checks in ``path``.

    Raises SourceError with everything that is wrong with them, and Ring3Error
    for a file that cannot be read.
    """
    return _Reader(read_toml(path)).read()


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
