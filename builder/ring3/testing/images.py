"""What a test boots, built once: by the first process that asks, for all of them.

    Recipe ──digest──> folder/<digest>/  kernel.elf  initrd.tar     (or image)
       └─ what is built, of which sources as they stand now

A recipe names every file that goes into it with its size and time, so a source
that a test changes is built again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ring3 import pipeline
from ring3.elf.debuggable import debuggable
from ring3.image import ImageFormat
from ring3.image.initrd import build_initrd
from ring3.machine import Boot, Firmware, Machine, boot_of_image
from ring3.testing.once import once
from ring3.workspace import Workspace

KERNEL, INITRD, COMMAND_LINE, IMAGE = "kernel.elf", "initrd.tar", "command-line", "image"

SOURCES = ("*.s", "*.inc", "*.c", "*.h", "*.tbl")


@dataclass(frozen=True)
class Recipe:
    """What is to be built; the words are those of :func:`ring3.pipeline.build`.

    ``files`` are programs of the user's by the name under which ``programs``
    has them.
    """

    workspace: Workspace = field(default_factory=Workspace)
    programs: tuple[str, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    append: str = ""
    image_format: ImageFormat = ImageFormat.KERNEL

    @property
    def sources(self) -> Workspace:
        """The workspace, with the files as programs of it."""
        return replace(self.workspace, programs={**self.workspace.programs, **self.files})

    def digest(self) -> str:
        """The same for the same recipe, as long as no source changes."""
        words = (self.programs, self.arguments, sorted(self.environment.items()), self.append)
        stamps = [_stamp(path) for path in _files(self.sources)]
        text = repr((self.sources, words, self.image_format, stamps))
        return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:20]


class Images:
    """Builds into ``folder``, which other processes may share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._systems: dict[str, pipeline.System] = {}

    def boot(self, recipe: Recipe) -> Boot:
        """The files to boot.  Raises Ring3Error as :func:`ring3.pipeline.build` does."""
        made = once(self._folder, recipe.digest(), lambda folder: self._make(recipe, folder))
        if recipe.image_format is not ImageFormat.KERNEL:
            return Boot(image=made / IMAGE)
        command_line = (made / COMMAND_LINE).read_text(encoding="utf-8")
        return Boot(made / KERNEL, made / INITRD, command_line)

    def boot_on(self, recipe: Recipe, machine: Machine) -> Boot:
        """The same as ``machine`` starts it: a kernel, or the disk that its firmware knows."""
        if "kernel" in machine.boot:
            return self.boot(recipe)
        uefi = machine.firmware is Firmware.UEFI
        disk = ImageFormat.EFI if uefi else ImageFormat.DISK
        built = self.boot(replace(recipe, image_format=disk))
        assert built.image is not None
        return boot_of_image(built.image, machine)

    def _make(self, recipe: Recipe, folder: Path) -> None:
        system = self._system(recipe)
        if recipe.image_format is not ImageFormat.KERNEL:
            packed = pipeline.pack(system, recipe.sources, recipe.image_format)
            (folder / IMAGE).write_bytes(packed)
            return
        (folder / KERNEL).write_bytes(debuggable(system.kernel))
        (folder / INITRD).write_bytes(system.initrd)
        (folder / COMMAND_LINE).write_text(system.command_line, encoding="utf-8")

    def _system(self, recipe: Recipe) -> pipeline.System:
        """The kernel and the programs are built once; what process 1 is told is put in anew."""
        plain = replace(
            recipe, arguments=(), environment={}, append="", image_format=ImageFormat.KERNEL
        )
        key = plain.digest()
        if key not in self._systems:
            self._systems[key] = pipeline.build(
                plain.programs, workspace=plain.sources, stock_programs=False
            )
        system = self._systems[key]
        environment = {**pipeline.ENVIRONMENT, **recipe.environment}
        init = system.init._replace(
            arguments=(*system.init.arguments, *recipe.arguments),
            environment=tuple(f"{name}={value}" for name, value in environment.items()),
        )
        files = {program.path: program.data for program in system.programs}
        files |= {name: path.read_bytes() for name, path in recipe.workspace.files.items()}
        words = (system.command_line, recipe.append)
        return replace(
            system,
            init=init,
            initrd=build_initrd(files, init),
            command_line=" ".join(word for word in words if word),
        )


def _files(workspace: Workspace) -> Iterator[Path]:
    """Every file that a build may read."""
    for root in workspace.kernel_roots:
        yield from _below(root)
    yield from _below(workspace.stock.user)
    yield from workspace.files.values()
    for program in workspace.programs.values():
        yield program
        yield from (file for pattern in SOURCES for file in sorted(program.parent.glob(pattern)))


def _below(folder: Path) -> Iterator[Path]:
    return (file for pattern in SOURCES for file in sorted(folder.rglob(pattern)))


def _stamp(path: Path) -> Sequence[object]:
    status = path.stat()
    return (str(path), status.st_size, status.st_mtime_ns, status.st_ino)
