"""What is to be built: the stock sources, with the user's laid over them.

    stock kernel_src/  user_src/  qemu/          in the checkout, or inside the wheel
        └── overlaid, file by file, by
    a workspace: a folder with a ring3.toml      (optional)

``ring3.toml``; what it does not say is the stock system's::

    [kernel]
    sources = "kernel"              # a folder laid over kernel_src
    append = "ring3.seed=7"         # more kernel command line
    without = ["compat", "strace"]  # parts of the kernel that are left out
    [programs]
    shell = "programs/shell.s"      # name = a source or a static ELF
    [image]
    format = "disk"                 # or "iso", "efi", "kernel"
    efi = false                     # true: the disk starts by UEFI as well as by a BIOS
    init = "shell"                  # the program that runs first
    files = { "etc/motd" = "motd" } # path in the initrd = file here
    [machine]
    name = "pc"
    memory = "64M"
    cpus = 1
    cpu = "max"
    [[check]]                       # a test of it; read by ring3.testing.read_checks
    name = "shell starts"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from ring3.diagnostic import Ring3Error, suggestion
from ring3.image import ImageFormat
from ring3.toml_file import (
    Key,
    TomlFile,
    are_texts,
    is_any_text,
    is_flag,
    is_text,
    one_of,
    read_toml,
)

CONFIGURATION = "ring3.toml"

CHECKS = "check"
"""The tables of tests, which are no part of what is built."""

PARTS = ("aslr", "calls", "compat", "dynamic", "getcpu", "log", "options", "strace")
"""The folders of kernel_src that can be left out, each by itself (absent/parts.s)."""


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


_TEXT = Key("a text", is_any_text)
PATH = Key("a path", is_text)

KEYS: Mapping[str, Mapping[str, Key]] = {
    "kernel": {
        "sources": PATH,
        "append": _TEXT,
        "without": Key("a list of texts", are_texts),
    },
    "programs": {},  # any name, and a PATH
    "image": {
        "format": one_of(one.value for one in ImageFormat),
        "efi": Key("true or false", is_flag),
        "init": _TEXT,
        "files": Key("a table of paths", _is_table),
    },
    "machine": {
        "name": _TEXT,
        "memory": _TEXT,
        "cpus": Key("a whole number", lambda value: type(value) is int),
        "cpu": _TEXT,
    },
}
"""The tables of ring3.toml and their keys; only the checks have a reader of their own."""

_TABLES = {name: Key("a table", _is_table) for name in KEYS} | {
    CHECKS: Key("[[check]] tables", lambda value: True)
}


class Stock(NamedTuple):
    """Where ring3's own sources lie."""

    kernel: Path
    user: Path
    machines: Path
    assignments: Path


def stock() -> Stock:
    """The sources of a checkout when we run from one, else those in the wheel."""
    package = Path(__file__).resolve().parent
    checkout = package.parent.parent
    root = checkout if (checkout / "kernel_src").is_dir() else package / "stock"
    return Stock(
        kernel=root / "kernel_src",
        user=root / "user_src",
        machines=root / "qemu",
        assignments=root / "assignments",
    )


@dataclass(frozen=True)
class Workspace:
    """The stock system and what one ``ring3.toml`` changes of it."""

    folder: Path | None = None
    kernel_sources: Path | None = None
    append: str = ""
    without: frozenset[str] = frozenset()
    programs: Mapping[str, Path] = field(default_factory=dict)
    image_format: ImageFormat | None = None
    efi: bool = False
    init: str | None = None
    files: Mapping[str, Path] = field(default_factory=dict)
    machine: str | None = None
    memory: str | None = None
    cpus: int | None = None
    cpu: str | None = None
    stock: Stock = field(default_factory=stock)

    @property
    def kernel_roots(self) -> tuple[Path, ...]:
        """Where kernel sources are looked for, the user's first."""
        own = () if self.kernel_sources is None else (self.kernel_sources,)
        return (*own, self.stock.kernel)

    @property
    def user_roots(self) -> tuple[Path, ...]:
        """Where the sources of programs may include from."""
        own = () if self.folder is None else (self.folder,)
        return (*own, self.stock.user)

    @property
    def machine_roots(self) -> tuple[Path, ...]:
        """Where machines are looked for, the user's first."""
        own = () if self.folder is None else (self.folder,)
        return (*own, self.stock.machines)

    def kernel_files(self, folder: str = "") -> dict[str, Path]:
        """Every ``.s`` and ``.c`` below ``folder`` of the kernel, by its path there, sorted.

        Parts that are left out are not there.
        """
        files = self._files_below(folder)
        return {
            name: path for name, path in files.items() if name.partition("/")[0] not in self.without
        }

    def files_left_out(self) -> dict[str, Path]:
        """The files of the parts that are left out."""
        found: dict[str, Path] = {}
        for part in sorted(self.without):
            found |= self._files_below(part)
        return found

    def _files_below(self, folder: str) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for root in reversed(self.kernel_roots):
            for pattern in ("*.s", "*.c"):
                for path in (root / folder).rglob(pattern):
                    found[path.relative_to(root).as_posix()] = path
        return dict(sorted(found.items()))

    def kernel_file(self, name: str) -> Path:
        """One file of the kernel's sources."""
        for root in self.kernel_roots:
            if (root / name).is_file():
                return root / name
        raise Ring3Error(f"the kernel sources have no {name}")

    def stock_programs(self) -> dict[str, Path]:
        """The stock programs by name; a library's routines are not programs."""
        library = self.stock.user / "lib"
        sources = sorted(self.stock.user.rglob("*.s"))
        return {path.stem: path for path in sources if not path.is_relative_to(library)}

    def library(self) -> list[Path]:
        """The routines that a program may call by name alone."""
        return sorted((self.stock.user / "lib").rglob("*.s"))


def open_workspace(folder: Path | None) -> Workspace:
    """Read ``folder/ring3.toml``; without a folder, the one here if there is one.

    Raises SourceError with all that is wrong with it, and Ring3Error when it
    cannot be read.
    """
    if folder is None:
        here = Path.cwd()
        return _read(here) if (here / CONFIGURATION).is_file() else Workspace()
    if not (folder / CONFIGURATION).is_file():
        raise Ring3Error(
            f"{folder} is not a workspace: it has no {CONFIGURATION}",
            help=f"an empty file {folder / CONFIGURATION} makes it one",
        )
    return _read(folder)


def _read(folder: Path) -> Workspace:
    file = read_toml(folder / CONFIGURATION)
    _check_keys(file)
    file.raise_any()
    kernel, image, machine = (file.tables.get(name, {}) for name in ("kernel", "image", "machine"))
    workspace = Workspace(
        folder=folder,
        kernel_sources=_sources(file, kernel.get("sources")),
        append=kernel.get("append", ""),
        without=_parts(file, kernel.get("without", [])),
        programs=_files(file, ("programs",), file.tables.get("programs", {})),
        image_format=ImageFormat(image["format"]) if "format" in image else None,
        efi=image.get("efi", False),
        init=image.get("init"),
        files=_files(file, ("image", "files"), image.get("files", {})),
        machine=machine.get("name"),
        memory=machine.get("memory"),
        cpus=machine.get("cpus"),
        cpu=machine.get("cpu"),
    )
    file.raise_any()
    return workspace


def _check_keys(file: TomlFile) -> None:
    """Each key by itself."""
    file.check_keys(file.tables, _TABLES, CONFIGURATION, partial(file.place, (), 0))
    for name, keys in KEYS.items():
        table = file.tables.get(name)
        if keys and isinstance(table, dict):
            place = partial(file.place, (name,), 0)
            file.check_keys(table, keys, f"[{name}]", place)


def _sources(file: TomlFile, name: str | None) -> Path | None:
    if name is None:
        return None
    folder = file.path.parent / name
    if not folder.is_dir():
        place = file.place(("kernel",), key="sources")
        file.complain("no-file", f"`sources`: there is no folder {folder}", place)
    return folder


def _parts(file: TomlFile, names: Sequence[str]) -> frozenset[str]:
    for name in names:
        if name not in PARTS:
            message = f"`{name}` is not a part of the kernel that can be left out"
            place = file.place(("kernel",), key="without")
            file.complain("unknown-name", message, place, suggestion(name, PARTS))
    return frozenset(names)


def _files(
    file: TomlFile, table: tuple[str, ...], entries: Mapping[str, object]
) -> dict[str, Path]:
    """The entries of a table of files, each of which is there."""
    files = {}
    for name, value in entries.items():
        place = file.place(table, key=name)
        if not PATH.admits(value):
            file.complain("bad-value", f"`{name}` must be {PATH.wants}, not {value!r}", place)
            continue
        files[name] = file.path.parent / str(value)
        if not files[name].is_file():
            file.complain("no-file", f"`{name}`: there is no file {files[name]}", place)
    return files
