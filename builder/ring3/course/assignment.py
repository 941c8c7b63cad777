"""An assignment: what is handed out, what is handed in, and the checks that it is graded by.

    assignment.toml ──checked key by key──> Assignment: systems, checks with their judges

A check is a call through the door, as data (``before``, ``after``, ``console``: call.py), or
says by ``judge`` which function judges it: one of the module (or the file of this
folder) that ``judges`` names.  What is wrong with the file is
said all at once, each with its line and the nearest word that is known.
"""

from __future__ import annotations

import datetime
import hashlib
import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from ring3.course.call import CallCheck, is_after, is_before
from ring3.course.finding import Judge, Judges
from ring3.course.layout import CONFIGURATION, HAND_OUT, STARTER
from ring3.diagnostic import suggestion
from ring3.toml_file import Key, TomlFile, is_flag, is_text, read_toml
from ring3.toml_lines import Place
from ring3.workspace import stock


@dataclass(frozen=True)
class GradedSystem:
    """A system that checks look at: the stock one with ``files`` of the submission laid over it.

    What lies in ``kernel/`` becomes part of the kernel; sources in
    ``programs/`` are linked to ``program``, which is booted on it.  Files that
    are ``optional`` are taken when they are there.
    """

    name: str
    program: Path
    files: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True)
class GradedCheck:
    """One row: a property of one system, what it is worth, and who judges it."""

    name: str
    title: str
    points: float
    judge: Judge
    system: str
    hint: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class Deadline:
    """What handing in late costs: ``per_day`` of the points for each day begun, ``most`` in all."""

    due: datetime.datetime
    per_day: float
    most: float = 1.0

    def penalty(self, handed_in: datetime.datetime) -> float:
        """The share of the points that is lost, 0 to 1."""
        late = (handed_in - self.due) / datetime.timedelta(days=1)
        return 0.0 if late <= 0 else min(self.most, self.per_day * (int(late) + 1))


@dataclass(frozen=True)
class Disclosure:
    """What a student sees of a hidden check that failed."""

    title: bool = True
    feedback: bool = False
    hint: bool = True


@dataclass(frozen=True)
class Assignment:
    """One assignment."""

    name: str
    folder: Path
    title: str
    summary: str
    systems: tuple[GradedSystem, ...]
    checks: tuple[GradedCheck, ...]
    deadline: Deadline | None
    disclosure: Disclosure

    @property
    def points(self) -> float:
        """What a right solution gets."""
        return sum(check.points for check in self.checks)

    @property
    def files(self) -> tuple[str, ...]:
        """What has to be handed in, by path."""
        return tuple(dict.fromkeys(path for system in self.systems for path in system.files))

    @property
    def optional(self) -> tuple[str, ...]:
        """What may be handed in besides."""
        paths = (path for system in self.systems for path in system.optional)
        return tuple(dict.fromkeys(path for path in paths if path not in self.files))

    @property
    def starter(self) -> Path:
        """The folder that a student's workspace is a copy of."""
        return self.folder / STARTER

    def handed_out(self) -> list[str]:
        """What a fresh workspace has, by path."""
        files = [path for path in self.starter.rglob("*") if path.is_file()]
        return [HAND_OUT, *(path.relative_to(self.starter).as_posix() for path in sorted(files))]

    def digest(self) -> str:
        """The same as long as grading would be: of the assignment and the stock sources."""
        digest = hashlib.sha256()
        sources = stock()
        for root in (self.folder, sources.kernel, sources.user):
            for path in sorted(root.rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
                    digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


def read_assignment(folder: Path) -> Assignment:
    """What ``folder/assignment.toml`` says.

    Raises SourceError with everything that is wrong with it, and Ring3Error
    for a file that cannot be read.
    """
    return _Reader(read_toml(folder / CONFIGURATION)).read()


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_points(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 10_000


def _is_inside(value: Any) -> bool:
    if not is_text(value):
        return False
    path = PurePosixPath(value)
    return not path.is_absolute() and ".." not in path.parts


def _are_paths(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_inside, value))


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(isinstance(row, dict) for row in value)


def _is_time(value: Any) -> bool:
    return isinstance(value, datetime.datetime) and value.tzinfo is not None


_PATHS = "a list of paths in the workspace"

KEYS: Mapping[str, Mapping[str, Key]] = {
    "": {
        "title": Key("a text", is_text, True),
        "summary": Key("a text", is_text),
        "judges": Key("a module, or a .py file of the assignment", is_text, True),
        "late": Key("a table", lambda value: isinstance(value, dict)),
        "hidden": Key("a table", lambda value: isinstance(value, dict)),
        "system": Key("[[system]] tables", _are_tables, True),
        "check": Key("[[check]] tables", _are_tables, True),
    },
    "system": {
        "name": Key("a text", is_text, True),
        "program": Key("a path in the assignment", _is_inside, True),
        "files": Key(_PATHS, lambda value: _are_paths(value) and value != [], True),
        "optional": Key(_PATHS, _are_paths),
    },
    "late": {
        "due": Key("a time with its zone, such as 2027-01-31T23:59:00Z", _is_time, True),
        "per_day": Key("a share, 0 to 1", _is_share, True),
        "most": Key("a share, 0 to 1", _is_share),
    },
    "hidden": {
        "title": Key("true or false", is_flag),
        "feedback": Key("true or false", is_flag),
        "hint": Key("true or false", is_flag),
    },
    "check": {
        "name": Key("a text", is_text, True),
        "title": Key("a text", is_text, True),
        "points": Key("a number above 0", _is_points, True),
        "judge": Key("the name of a judge", is_text),
        "before": Key('registers, as { rax = 6, rbx = "1000..2000" }', is_before),
        "after": Key('registers, as { rax = -9, rbx = "same" }', is_after),
        "console": Key("true or false", is_flag),
        "system": Key("the name of a system", is_text),
        "hint": Key("a text", is_text),
        "hidden": Key("true or false", is_flag),
    },
}


class _Reader:
    """Reads one file and notes what is wrong with it."""

    def __init__(self, file: TomlFile) -> None:
        self._file = file
        self._folder = file.path.parent

    def read(self) -> Assignment:
        tables = self._file.tables
        self._table("", 0, tables)
        for name in ("late", "hidden"):
            if isinstance(tables.get(name), dict):
                self._table(name, 0, tables[name])
        for name in ("system", "check"):
            for index, row in enumerate(tables[name] if _are_tables(tables.get(name)) else ()):
                self._table(name, index, row)
        self._file.raise_any()
        judges = self._judges(str(tables["judges"]))
        self._systems(tables["system"])
        self._checks(tables["check"], judges, [row["name"] for row in tables["system"]])
        self._file.raise_any()
        systems = tuple(
            GradedSystem(
                row["name"],
                self._folder / row["program"],
                tuple(row["files"]),
                tuple(row.get("optional", ())),
            )
            for row in tables["system"]
        )
        return Assignment(
            name=self._folder.resolve().name,
            folder=self._folder,
            title=tables["title"],
            summary=tables.get("summary", ""),
            systems=systems,
            checks=tuple(_check(row, judges, systems[0].name) for row in tables["check"]),
            deadline=Deadline(**tables["late"]) if "late" in tables else None,
            disclosure=Disclosure(**tables.get("hidden", {})),
        )

    def _table(self, name: str, index: int, table: Mapping[str, Any]) -> None:
        owner = f"a [[{name}]]" if name in ("system", "check") else f"[{name}]"
        self._file.check_keys(
            table,
            KEYS[name],
            owner if name else "an assignment",
            partial(self._place, name, index),
        )
        for key, row in KEYS[name].items():
            if row.required and key not in table:
                message = f"`{key}` is missing: {row.wants}"
                self._file.complain("missing-key", message, self._place(name, index))

    def _place(self, table: str, index: int, key: str | None = None) -> Place | None:
        return self._file.place((table,) if table else (), index, key)

    def _judges(self, name: str) -> Judges:
        """The functions that checks name, of a module or of a file of the assignment."""
        try:
            if name.endswith(".py"):
                spec = importlib.util.spec_from_file_location(
                    f"ring3_judges_{self._folder.name}", self._folder / name
                )
                assert spec is not None
                assert spec.loader is not None
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
            else:
                module = importlib.import_module(name)
            judges: Judges = module.JUDGES
        except (ImportError, OSError, SyntaxError, AttributeError) as error:
            cure = "it must be importable and have a mapping JUDGES of names and functions"
            self._file.complain(
                "no-judges", f"`{name}`: {error}", self._place("", 0, "judges"), cure
            )
            self._file.raise_any()
            raise
        return judges

    def _systems(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._once("system", rows)
        for index, row in enumerate(rows):
            if not (self._folder / row["program"]).is_file():
                message = f"there is no file {row['program']}"
                self._file.complain("no-file", message, self._place("system", index, "program"))

    def _checks(
        self, rows: Sequence[Mapping[str, Any]], judges: Judges, systems: Sequence[str]
    ) -> None:
        self._once("check", rows)
        for index, row in enumerate(rows):
            if ("judge" in row) == ("before" in row and "after" in row):
                message = "a check has either a `judge`, or `before` and `after`"
                self._file.complain("contradiction", message, self._place("check", index))
            for key, known in (("judge", list(judges)), ("system", systems)):
                if row.get(key, known[0]) not in known:
                    self._file.complain(
                        "unknown-name",
                        f"there is no {key} `{row[key]}`",
                        self._place("check", index, key),
                        suggestion(row[key], known),
                    )

    def _once(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        seen: set[str] = set()
        for index, row in enumerate(rows):
            if row["name"] in seen:
                message = f"there is a {table} `{row['name']}` already"
                self._file.complain("same-name", message, self._place(table, index, "name"))
            seen.add(row["name"])


def _check(row: Mapping[str, Any], judges: Judges, first_system: str) -> GradedCheck:
    return GradedCheck(
        name=row["name"],
        title=row["title"],
        points=float(row["points"]),
        judge=judges[row["judge"]] if "judge" in row else _call(row),
        system=row.get("system", first_system),
        hint=row.get("hint", ""),
        hidden=row.get("hidden", False),
    )


def _call(row: Mapping[str, Any]) -> CallCheck:
    return CallCheck(row["before"], row["after"], row.get("console", False))
