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
    [[check]]                       # a test of it; read by ring3.testing.check
    name = "shell starts"
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ring3.diagnostic import Ring3Error
from ring3.image import ImageFormat

CONFIGURATION = "ring3.toml"

CHECKS = "check"
"""The tables of tests, which are no part of what is built."""

# Every other key of ring3.toml and the type that it wants.
KEYS: Mapping[str, Mapping[str, type]] = {
    "kernel": {"sources": str, "append": str, "without": list},
    "programs": {},  # any name = a path
    "image": {"format": str, "efi": bool, "init": str, "files": dict},
    "machine": {"name": str, "memory": str, "cpus": int, "cpu": str},
}

PARTS = ("aslr", "calls", "compat", "dynamic", "getcpu", "log", "options", "strace")
"""The folders of kernel_src that can be left out, each by itself (absent/parts.s)."""


@dataclass(frozen=True)
class Stock:
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
    """Read ``folder/ring3.toml``; without a folder, the one here if there is one."""
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
    path = folder / CONFIGURATION
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Ring3Error(f"{path}: {error}") from error
    _check_keys(path, tables)
    kernel, image, machine = (tables.get(name, {}) for name in ("kernel", "image", "machine"))
    return Workspace(
        folder=folder,
        kernel_sources=_folder(path, kernel.get("sources")),
        append=kernel.get("append", ""),
        without=_parts(path, kernel.get("without", [])),
        programs=_files(path, "programs", tables.get("programs", {})),
        image_format=_image_format(path, image.get("format")),
        efi=image.get("efi", False),
        init=image.get("init"),
        files=_files(path, "image.files", image.get("files", {})),
        machine=machine.get("name"),
        memory=machine.get("memory"),
        cpus=machine.get("cpus"),
        cpu=machine.get("cpu"),
    )


def _check_keys(path: Path, tables: Mapping[str, Any]) -> None:
    for name, table in tables.items():
        if name == CHECKS:  # their own reader checks what is in them
            continue
        _check_known(path, name, (*KEYS, CHECKS), "table")
        _check_type(path, name, table, dict)
        if name == "programs":
            continue
        for key, value in table.items():
            _check_known(path, key, KEYS[name], f"key of [{name}]")
            _check_type(path, f"{name}.{key}", value, KEYS[name][key])


def _check_known(path: Path, name: str, known: Collection[str], what: str) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(name, known, n=1)
    raise Ring3Error(
        f"{path}: `{name}` is not a {what}",
        help=f"did you mean `{near[0]}`?" if near else "known are " + ", ".join(known),
    )


def _check_type(path: Path, name: str, value: object, wanted: type) -> None:
    words = {
        str: "a text",
        int: "a whole number",
        bool: "true or false",
        dict: "a table",
        list: "a list",
    }
    if not isinstance(value, wanted) or isinstance(value, bool) != (wanted is bool):
        raise Ring3Error(f"{path}: `{name}` must be {words[wanted]}, not {value!r}")


def _image_format(path: Path, name: str | None) -> ImageFormat | None:
    if name is None:
        return None
    formats = {one.value: one for one in ImageFormat}
    _check_known(path, name, formats, "value of image.format")
    return formats[name]


def _parts(path: Path, names: list[object]) -> frozenset[str]:
    for name in names:
        _check_type(path, "kernel.without", name, str)
        _check_known(path, str(name), dict.fromkeys(PARTS), "part of the kernel to leave out")
    return frozenset(map(str, names))


def _folder(path: Path, name: str | None) -> Path | None:
    if name is None:
        return None
    folder = path.parent / name
    if not folder.is_dir():
        raise Ring3Error(f"{path}: kernel.sources: there is no folder {folder}")
    return folder


def _files(path: Path, table: str, entries: Mapping[str, object]) -> dict[str, Path]:
    files = {}
    for name, value in entries.items():
        _check_type(path, f"{table}.{name}", value, str)
        files[name] = path.parent / str(value)
        if not files[name].is_file():
            raise Ring3Error(f"{path}: {table}.{name}: there is no file {files[name]}")
    return files
