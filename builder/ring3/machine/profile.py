"""Machines as data: what ``qemu/NAME.toml`` says becomes a :class:`Machine`.

    qemu/epyc.toml ──extends──> qemu/pc.toml
          └── laid over it, key by key ──checked──> Machine

A key that is not known is an error that names the nearest one, so that a
misspelt ``debugcom`` cannot quietly leave a machine without its voice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from ring3.diagnostic import Ring3Error, SourceError, nearest
from ring3.toml_file import Key, TomlFile, is_flag, is_text, is_whole, one_of, read_toml

BOOT_WAYS = ("kernel", "disk", "iso")

CPUS_MAX = 255


class Emulator(Enum):
    """The program that plays the machine."""

    QEMU = "qemu"
    BOCHS = "bochs"


class Firmware(Enum):
    """What finds the boot loader on a disk or a CD."""

    BIOS = "bios"
    UEFI = "uefi"


@dataclass(frozen=True, slots=True)
class Machine:
    """One kind of PC, as an emulator is told to build it.

    ``boot`` lists what it can start: ``kernel`` (PVH, by ``-kernel``), ``disk``
    (on the interface ``drive``) and ``iso`` (a CD), the latter two by its
    ``firmware``.  ``debugcon`` says that port 0xe9 carries the kernel's voice,
    and ``debug_exit`` that a byte written to port 0xf4 ends the machine.
    """

    name: str
    boot: tuple[str, ...]
    machine: str = ""
    summary: str = ""
    emulator: Emulator = Emulator.QEMU
    qemu: str = "qemu-system-x86_64"
    firmware: Firmware = Firmware.BIOS
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
    are), and SourceError with all that its file says of which no machine can be made.
    """
    file = _find(str(name_or_path), roots)
    table = _extended(file, roots, ())
    _check_whole(file, table)
    file.raise_any()
    return _machine(file.path.stem, table)


def machine_names(roots: Sequence[Path]) -> list[str]:
    """The names that :func:`load_machine` would find in ``roots``, sorted."""
    return sorted({file.stem for root in roots for file in root.glob("*.toml")})


def altered(
    machine: Machine,
    *,
    memory: str | None = None,
    cpus: int | None = None,
    cpu: str | None = None,
) -> Machine:
    """The same machine with what is given in the place of its own.

    Raises Ring3Error for what no machine can have.
    """
    changes = {"memory": memory, "cpus": cpus, "cpu": cpu}
    given = {key: value for key, value in changes.items() if value is not None}
    for key, value in given.items():
        if not KEYS[key].admits(value):
            raise Ring3Error(f"the machine's {key} must be {KEYS[key].wants}, not {value!r}")
    if given.get("cpus", 1) != 1 and machine.emulator is Emulator.BOCHS:
        raise Ring3Error(
            f"the machine `{machine.name}` has one CPU: Bochs is built for one",
            help="take one of QEMU's machines for more",
        )
    return replace(machine, **given)  # type: ignore[arg-type]  # the types were just checked


def is_memory_size(text: str) -> bool:
    """Whether ``text`` is a size that QEMU's -m takes, its unit spelt out: "128M", "2G"."""
    return re.fullmatch(r"[1-9][0-9]*[MG]", text) is not None


def mebibytes(memory: str) -> int:
    """The number of MiB in a size such as "128M" or "2G"."""
    return int(memory[:-1]) * (1024 if memory.endswith("G") else 1)


def _find(name: str, roots: Sequence[Path], *, besides: Sequence[Path] = ()) -> TomlFile:
    """The file of a machine; those in ``besides`` are looked past."""
    if name.endswith(".toml") or "/" in name:
        return read_toml(Path(name))
    for root in roots:
        path = root / f"{name}.toml"
        if path.is_file() and path.resolve() not in besides:
            return read_toml(path)
    raise _no_such_machine(name, roots)


def _no_such_machine(name: str, roots: Sequence[Path]) -> Ring3Error:
    names = machine_names(roots)
    if not names:
        places = ", ".join(map(str, roots)) or "nowhere"
        return Ring3Error(
            f"there is no machine `{name}`", help=f"no machine file (*.toml) was found in {places}"
        )
    near = nearest(name, names)
    guess = f"did you mean `{near}`? " if near else ""
    return Ring3Error(
        f"there is no machine `{name}`",
        help=f"{guess}there are: {', '.join(names)}; or give the path of a .toml file",
    )


def _extended(file: TomlFile, roots: Sequence[Path], above: tuple[Path, ...]) -> dict[str, Any]:
    """The file's keys, laid over those of the machine that it extends, and so on.

    ``above`` are the files that led here.  A machine may extend another one of
    its own name that lies further down the roots: the stock one.
    """
    file.check_keys(file.tables, KEYS, "a machine", partial(file.place, (), 0))
    file.raise_any()
    own = dict(file.tables)
    base_name = own.pop("extends", None)
    if base_name is None:
        return own
    seen = (*above, file.path.resolve())
    beside = file.path.parent
    if base_name.endswith(".toml") or "/" in base_name:
        base_name = str(beside / base_name)
    try:
        base = _find(base_name, (beside, *roots), besides=seen)
    except SourceError:
        raise  # it says in which file
    except Ring3Error as error:
        if any(path.stem == base_name for path in seen):
            _complain_of_circle(file, [*(path.stem for path in seen), base_name])
        else:
            _complain(file, "unknown-name", "extends", error.message, error.help)
        file.raise_any()
        raise
    if base.path.resolve() in seen:
        _complain_of_circle(file, [path.stem for path in (*seen, base.path)])
        file.raise_any()
    inherited = _extended(base, roots, seen)
    inherited.pop("summary", None)  # it describes the other one
    if "disk" not in own.get("boot", ["disk"]):
        inherited.pop("drive", None)
    return inherited | own


def _complain_of_circle(file: TomlFile, names: Sequence[str]) -> None:
    circle = " -> ".join(names)
    _complain(file, "contradiction", "extends", f"the machine extends itself: {circle}")


def _check_whole(file: TomlFile, table: Mapping[str, Any]) -> None:
    """Complain of what the keys are not together."""
    is_qemu = table.get("emulator", Emulator.QEMU.value) == Emulator.QEMU.value
    for key in ("boot", *(("machine",) if is_qemu else ())):
        if key not in table:
            cure = f"it must be {KEYS[key].wants}"
            _complain(file, "missing-key", key, f"`{key}` is missing", cure)
    boot = table.get("boot", ())
    if not is_qemu:
        _check_bochs(file, table)
    elif ("disk" in boot) != ("drive" in table):
        _complain(
            file,
            "contradiction",
            "drive",
            '`drive` and "disk" in `boot` go together',
            'a machine that boots disks says on which interface: drive = "ide"',
        )
    if is_qemu and table.get("firmware") == Firmware.UEFI.value and "kernel" in boot:
        _complain(
            file,
            "contradiction",
            "boot",
            "UEFI firmware does not start a PVH kernel",
            'a machine with firmware = "uefi" boots disks and CDs: boot = ["disk", "iso"]',
        )


def _check_bochs(file: TomlFile, table: Mapping[str, Any]) -> None:
    known = ", ".join(key for key in KEYS if key not in QEMU_ALONE)
    refused = [
        (
            key,
            f'`{key}` is for QEMU, and this machine has emulator = "bochs"',
            f"Bochs knows {known}",
        )
        for key in table
        if key in QEMU_ALONE
    ]
    if "kernel" in table.get("boot", ()):
        cure = 'it has a BIOS: boot = ["disk", "iso"]'
        refused.append(("boot", "Bochs starts no kernel directly", cure))
    if table.get("firmware", Firmware.BIOS.value) != Firmware.BIOS.value:
        refused.append(("firmware", "Bochs has no UEFI firmware", "leave `firmware` out"))
    if table.get("cpus", 1) != 1:
        refused.append(("cpus", "Bochs is built for one CPU", "leave `cpus` out"))
    for key, message, cure in refused:
        _complain(file, "contradiction", key, message, cure)


def _complain(file: TomlFile, code: str, key: str, message: str, cure: str | None = None) -> None:
    """At the line that sets ``key``, or of the whole file where none does."""
    file.complain(code, message, file.place(key=key), cure)


def _machine(name: str, table: Mapping[str, Any]) -> Machine:
    values: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in table.items()
    }
    for key, kind in (("emulator", Emulator), ("firmware", Firmware)):
        if key in values:
            values[key] = kind(values[key])
    return Machine(name=name, **values)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(is_text, value))


_TEXT = Key("a text that is not empty", is_text)
_TEXTS = Key("a list of texts that are not empty", _are_texts)
_FLAG = Key("true or false", is_flag)

KEYS: Mapping[str, Key] = {
    "summary": _TEXT,
    "extends": Key("the name of a machine, or the path of its .toml file", is_text),
    "emulator": one_of(emulator.value for emulator in Emulator),
    "qemu": _TEXT,
    "machine": _TEXT,
    "firmware": one_of(firmware.value for firmware in Firmware),
    "cpu": _TEXT,
    "memory": Key(
        'a size with its unit, such as "128M" or "1G"',
        lambda value: isinstance(value, str) and is_memory_size(value),
    ),
    "cpus": Key(
        f"a whole number from 1 to {CPUS_MAX}",
        lambda value: is_whole(value, 1, CPUS_MAX),
    ),
    "boot": Key(
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
"""Every key of a machine file."""

QEMU_ALONE = frozenset({"qemu", "machine", "drive", "debug_exit", "devices", "arguments"})
"""Those that a machine of Bochs's cannot have."""
