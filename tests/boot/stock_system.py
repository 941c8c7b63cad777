"""The stock system as the boot tests use it: any program, on any machine, by any way.

boot("doors")                          microvm, kernel and initrd given directly
boot("doors", machine="pc")            the same on another machine
boot("doors", machine="pc", disk=True) by the BIOS, from a disk image
boot.bochs("doors", cpu=AMD)           from a disk image on Bochs, the stricter CPU
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ring3 import pipeline
from ring3.image.initrd import Init, build_initrd
from ring3.machine import Boot, Options, Outcome, Session, altered, load_machine
from ring3.workspace import Workspace

# Two of Bochs's models.
INTEL = "corei7_skylake_x"
AMD = "ryzen"

# Only a guest that hangs ever waits as long.
PATIENCE = 120.0

ENVIRONMENT = ("HOME=/", "TERM=linux")


def init_of(program: str, *arguments: str) -> Init:
    """What the initrd says about process 1."""
    return Init(f"bin/{Path(program).name}", (program, *arguments), ENVIRONMENT)


@dataclass(frozen=True)
class StockSystem:
    """The kernel and every stock program, and ways to boot them."""

    folder: Path
    system: pipeline.System
    workspace: Workspace

    def __call__(
        self,
        program: str,
        *arguments: str,
        machine: str = "microvm",
        disk: bool = False,
        append: str = "",
        cpu: str | None = None,
        options: Options | None = None,
    ) -> Outcome:
        """Run ``program`` as process 1 to the machine's end."""
        with self.session(
            program,
            *arguments,
            machine=machine,
            disk=disk,
            append=append,
            cpu=cpu,
            options=options,
        ) as session:
            return session.wait()

    @contextmanager
    def session(
        self,
        program: str,
        *arguments: str,
        machine: str = "microvm",
        disk: bool = False,
        append: str = "",
        cpu: str | None = None,
        options: Options | None = None,
    ) -> Iterator[Session]:
        """A session with ``program`` as process 1."""
        described = altered(load_machine(machine, self.workspace.machine_roots), cpu=cpu)
        init = init_of(program, *arguments)
        boot = self.disk(init, append) if disk else self.kernel(init, append)
        with Session(described, boot, options or Options(timeout=PATIENCE)) as session:
            yield session

    def bochs(self, program: str, *arguments: str, cpu: str = INTEL, append: str = "") -> Outcome:
        """Run ``program`` from a disk on Bochs, an Intel CPU unless ``cpu`` is another model."""
        return self(program, *arguments, machine="bochs-intel", disk=True, cpu=cpu, append=append)

    def kernel(self, init: Init | None, append: str = "") -> Boot:
        """The kernel given to QEMU directly."""
        kernel = self.folder / "kernel.elf"
        kernel.write_bytes(self.system.kernel.data)
        initrd = self.folder / "initrd.tar"
        initrd.write_bytes(self.initrd(init))
        return Boot(kernel, initrd, append)

    def disk(self, init: Init | None, append: str = "") -> Boot:
        """The same on a disk."""
        system = replace(self.system, initrd=self.initrd(init), command_line=append)
        image = self.folder / "disk.img"
        image.write_bytes(pipeline.pack(system, self.workspace))
        return Boot(image=image)

    def initrd(self, init: Init | None) -> bytes:
        """An initrd with all programs and files; one of the programs is process 1."""
        files = {program.path: program.data for program in self.system.programs}
        files |= {name: path.read_bytes() for name, path in self.workspace.files.items()}
        return build_initrd(files, init)
