"""Machines as data: what ``qemu/NAME.toml`` says becomes a :class:`Machine`.

    qemu/pc.toml ──tomllib──> table ──checked key by key──> Machine

A key that is not known is an error that names the nearest one, so that a
misspelt ``debugcom`` cannot quietly leave a machine without its voice.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from ring3.diagnostic import Ring3Error

BOOT_WAYS = ("kernel", "disk")


@dataclass(frozen=True, slots=True)
class Machine:
    """One kind of PC, as QEMU is told to build it.

    ``boot`` lists the ways in which it can start: ``kernel`` (PVH, by
    ``-kernel``) and ``disk`` (a BIOS disk on the interface ``drive``).
    ``debugcon`` says that port 0xe9 carries the kernel's voice, and
    ``debug_exit`` that a byte written to port 0xf4 ends the machine.
    """

    name: str
    machine: str
    boot: tuple[str, ...]
    summary: str = ""
    qemu: str = "qemu-system-x86_64"
    cpu: str = "max"
    memory: str = "128M"
    cpus: int = 1
    drive: str | None = None
    debugcon: bool = False
    debug_exit: bool = False
    devices: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()


def load_machine(name_or_path: str | Path, roots: Sequence[Path]) -> Machine:
    """The machine called ``name_or_path`` in one of ``roots``, or in the file of that path.

    What ends in ``.toml`` or has a slash is a path.  Folders are searched in
    order, the first one that has ``NAME.toml`` wins.

    Raises Ring3Error when there is no such machine (and lists those there
    are), or when its file says something that no machine can be made of.
    """
    text = str(name_or_path)
    if text.endswith(".toml") or "/" in text:
        return _read(Path(text))
    for root in roots:
        if (root / f"{text}.toml").is_file():
            return _read(root / f"{text}.toml")
    raise _no_such_machine(text, roots)


def machine_names(roots: Sequence[Path]) -> list[str]:
    """The names that :func:`load_machine` would find in ``roots``, sorted."""
    return sorted({file.stem for root in roots for file in root.glob("*.toml")})


def is_memory_size(text: str) -> bool:
    """Whether ``text`` is a size that QEMU's -m takes, its unit spelt out: "128M", "2G"."""
    return re.fullmatch(r"[1-9][0-9]*[MG]", text) is not None


def _no_such_machine(name: str, roots: Sequence[Path]) -> Ring3Error:
    names = machine_names(roots)
    if not names:
        places = ", ".join(map(str, roots)) or "nowhere"
        return Ring3Error(
            f"there is no machine `{name}`", help=f"no machine file (*.toml) was found in {places}"
        )
    nearest = difflib.get_close_matches(name, names, n=1)
    guess = f"did you mean `{nearest[0]}`? " if nearest else ""
    return Ring3Error(
        f"there is no machine `{name}`",
        help=f"{guess}there are: {', '.join(names)}; or give the path of a .toml file",
    )


def _read(path: Path) -> Machine:
    try:
        table = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise Ring3Error(f"cannot read the machine file {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Ring3Error(f"{path}: not UTF-8 at byte {error.start}, so not TOML") from error
    except tomllib.TOMLDecodeError as error:
        raise Ring3Error(f"{path}: not TOML: {error}") from error
    return _machine(path, table)


def _machine(path: Path, table: Mapping[str, Any]) -> Machine:
    for key in table:
        if key not in _KEYS:
            nearest = difflib.get_close_matches(key.lower(), _KEYS, n=1, cutoff=0)[0]
            raise Ring3Error(
                f"{path}: unknown key `{key}`",
                help=f"did you mean `{nearest}`? the keys are: {', '.join(_KEYS)}",
            )
    for key, kind in _KEYS.items():
        if key in table and not kind.admits(table[key]):
            raise Ring3Error(f"{path}: `{key}` must be {kind.description}, not {table[key]!r}")
        if key in _REQUIRED and key not in table:
            raise Ring3Error(f"{path}: `{key}` is missing", help=f"it must be {kind.description}")
    if ("disk" in table["boot"]) != ("drive" in table):
        raise Ring3Error(
            f'{path}: `drive` and "disk" in `boot` go together',
            help='a machine that boots disks says on which interface: drive = "ide"',
        )
    values: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in table.items()
    }
    return Machine(name=path.stem, **values)


@dataclass(frozen=True, slots=True)
class _Kind:
    description: str
    admits: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


_TEXT = _Kind("a string that is not empty", _is_text)
_TEXTS = _Kind("a list of strings that are not empty", _is_list_of_texts)
_FLAG = _Kind("true or false", lambda value: isinstance(value, bool))

_KEYS: Mapping[str, _Kind] = {
    "summary": _TEXT,
    "qemu": _TEXT,
    "machine": _TEXT,
    "cpu": _TEXT,
    "memory": _Kind(
        'a size with its unit, such as "128M" or "1G"',
        lambda value: isinstance(value, str) and is_memory_size(value),
    ),
    "cpus": _Kind(
        "a whole number from 1 to 255",
        lambda value: type(value) is int and 1 <= value <= 255,
    ),
    "boot": _Kind(
        f"a list of at least one of {', '.join(BOOT_WAYS)}",
        lambda value: (
            isinstance(value, list)
            and len(value) > 0
            and all(way in BOOT_WAYS for way in value)
            and len(set(value)) == len(value)
        ),
    ),
    "drive": _TEXT,
    "debugcon": _FLAG,
    "debug_exit": _FLAG,
    "devices": _TEXTS,
    "arguments": _TEXTS,
}
_REQUIRED = frozenset(
    field.name for field in fields(Machine) if field.name != "name" and field.default is MISSING
)
