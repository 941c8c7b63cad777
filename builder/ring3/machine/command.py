"""The one place that knows QEMU's command line.

    Machine + Boot + Options ──> [qemu-system-x86_64, -nodefaults, -M, …]

    guest                QEMU                              ring3
    COM1      0x3f8 ──── chardev com1   stdin, stdout ──── pseudo-terminal
    debugcon  0xe9  ──── chardev voice  a file or pipe ─── the kernel's voice
    debug-exit 0xf4 ──── exit status (value << 1) | 1

The same machine in two dresses: the command that ring3 runs itself, and the
one that it shows, which a person can paste into a shell to see the run again.
"""

from __future__ import annotations

import math
import os
import shutil
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ring3.diagnostic import Ring3Error
from ring3.machine.firmware import find_uefi
from ring3.machine.profile import Firmware, Machine, is_memory_size, mebibytes

DEBUGCON_PORT = 0xE9
DEBUG_EXIT_PORT = 0xF4

MIB = 1 << 20
KERNEL_BEGIN = 1
"""In MiB: below is what firmware and devices have, so that every kernel begins there or above."""

RESERVED_MIB = 2048
"""Memory of more than this is not reserved: a guest takes from the host what it touches."""


class Accelerator(Enum):
    """What executes the guest's instructions."""

    TCG = "tcg"
    KVM = "kvm"


@dataclass(frozen=True, slots=True)
class Boot:
    """What the machine starts: a kernel (with initrd and command line), or an image.

    The image goes into the machine as a disk, or as a CD where ``cd`` says so.
    ``foreign`` says that the kernel is somebody else's, which knows nothing of
    ring3's exit record: then QEMU's status alone tells how it ended.
    """

    kernel: Path | None = None
    initrd: Path | None = None
    append: str = ""
    image: Path | None = None
    cd: bool = False
    foreign: bool = False

    def __post_init__(self) -> None:
        if (self.kernel is None) == (self.image is None):
            raise ValueError("a Boot names a kernel or a disk image, one of the two")
        if self.cd and self.image is None:
            raise ValueError("a CD needs a disk image to be made of")
        if self.image is not None and (self.initrd is not None or self.append):
            raise ValueError("a disk image carries its own initrd and command line")

    @property
    def way(self) -> str:
        """Which of the machine's boot ways this is: "kernel", "disk" or "iso"."""
        if self.kernel is not None:
            return "kernel"
        return "iso" if self.cd else "disk"


@dataclass(frozen=True, slots=True)
class Options:
    """How to run it.

    ``deterministic`` counts instructions instead of seconds: one nanosecond of
    guest time each, the clock set to 2020-01-01, random numbers from ``seed``.
    The same kernel then sees the same TSC, RTC and RDRAND in every run, as
    long as nothing is typed to it, and it does not boot from a disk, whose
    answers come when they come.

    ``timeout`` (seconds, None for no limit) is for the whole run, from QEMU's
    start.  ``output_limit`` is in bytes, COM1 and the kernel's voice together.

    ``gdb`` is the path of a Unix socket that QEMU makes for a debugger, which
    says ``target remote PATH``; the machine stands still until it says so.
    ``monitor`` is the path of one for QEMU's monitor (ring3.machine.monitor).
    """

    accelerator: Accelerator = Accelerator.TCG
    deterministic: bool = False
    seed: int | None = None
    memory: str | None = None
    timeout: float | None = 60.0
    output_limit: int = 16 * MIB
    gdb: Path | None = None
    monitor: Path | None = None

    def __post_init__(self) -> None:
        if self.memory is not None and not is_memory_size(self.memory):
            raise Ring3Error(
                f"`{self.memory}` is not a size of memory", help="write it as 128M or 1G"
            )
        if self.seed is not None and not 0 <= self.seed < 1 << 64:
            raise Ring3Error(f"the seed {self.seed} does not fit into 64 bits")
        if self.timeout is not None and not 0 < self.timeout < math.inf:
            raise Ring3Error(f"the timeout must be more than 0 seconds, not {self.timeout}")
        if self.output_limit <= 0:
            raise Ring3Error(f"the output limit must be more than 0, not {self.output_limit}")
        if self.deterministic and self.accelerator is Accelerator.KVM:
            raise Ring3Error(
                "KVM cannot count instructions, so a deterministic run needs TCG",
                help="leave out --accel kvm or --deterministic",
            )


def qemu_command(
    machine: Machine, boot: Boot, options: Options, *, voice: str | None = None
) -> list[str]:
    """QEMU's argument list, its program first.

    ``voice`` is the path to which QEMU writes what the guest sends to port
    0xe9.  Without it the command is one to run by hand: COM1 is the terminal,
    the kernel's voice goes to stderr, and Ctrl-C ends QEMU.
    """
    by_hand = voice is None
    return [
        machine.qemu,
        *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
        *_board(machine, options.memory or machine.memory),
        *("-accel", options.accelerator.value),
        *("-cpu", machine.cpu),
        *("-smp", str(machine.cpus)),
        *_serial_line(signals=by_hand),
        *(_voice(voice or "/dev/stderr") if machine.debugcon else ()),
        *(_debug_exit() if machine.debug_exit else ()),
        *(word for device in machine.devices for word in ("-device", device)),
        *machine.arguments,
        *(_uefi() if machine.firmware is Firmware.UEFI else ()),
        *_boot(machine, boot),
        *_repeatable(options),
        *_debugger(options.gdb),
        *_monitor(options.monitor),
    ]


def check_startable(machine: Machine, boot: Boot, options: Options) -> None:
    """Raise Ring3Error for what can be known to be missing before QEMU starts."""
    check_bootable(machine, boot)
    memory = options.memory or machine.memory
    if boot.kernel is not None and mebibytes(memory) <= KERNEL_BEGIN:
        raise Ring3Error(
            f"a kernel lies from {KERNEL_BEGIN} MiB on, and this machine has {memory}",
            help="give it more, with --memory or in its file; 16M are enough",
        )
    if machine.firmware is Firmware.UEFI:
        find_uefi()
    if shutil.which(machine.qemu) is None:
        raise Ring3Error(
            f"`{machine.qemu}` is not installed, or not in PATH",
            help="Debian, Ubuntu: apt install qemu-system-x86; "
            "Fedora: dnf install qemu-system-x86; macOS: brew install qemu",
        )
    if options.accelerator is Accelerator.KVM and not os.access("/dev/kvm", os.R_OK | os.W_OK):
        raise Ring3Error(
            "KVM is not usable here: /dev/kvm is missing or not yours to open",
            help="use --accel tcg, or join the group that owns /dev/kvm",
        )


def check_bootable(machine: Machine, boot: Boot) -> None:
    """Raise Ring3Error for a way of booting that the machine lacks, and for files that do."""
    if boot.way not in machine.boot:
        raise Ring3Error(
            f"the machine `{machine.name}` cannot boot a {boot.way}",
            help=f"it boots: {', '.join(machine.boot)}; give another machine with --machine",
        )
    for file in (boot.kernel, boot.initrd, boot.image):
        if file is not None and not os.access(file, os.R_OK):
            reason = "it cannot be read" if file.exists() else "there is no such file"
            raise Ring3Error(f"cannot boot {file}: {reason}")


def _board(machine: Machine, memory: str) -> list[str]:
    if mebibytes(memory) <= RESERVED_MIB:
        return ["-M", machine.machine, "-m", memory]
    return [
        *("-M", f"{machine.machine},memory-backend=ram"),
        *("-object", f"memory-backend-ram,id=ram,size={memory},reserve=off"),
        *("-m", memory),
    ]


def _serial_line(*, signals: bool) -> list[str]:
    # With signal=off a ^C is a byte for the guest, not the end of QEMU.
    stdio = "stdio,id=com1" if signals else "stdio,id=com1,signal=off"
    return ["-chardev", stdio, "-serial", "chardev:com1"]


def _voice(path: str) -> list[str]:
    return [
        *("-chardev", f"file,id=voice,path={_value(path)}"),
        *("-device", f"isa-debugcon,iobase={DEBUGCON_PORT:#x},chardev=voice"),
    ]


def _debug_exit() -> list[str]:
    return ["-device", f"isa-debug-exit,iobase={DEBUG_EXIT_PORT:#x},iosize=0x04"]


def _uefi() -> list[str]:
    """Two flash chips.  What the firmware writes to its variables goes to a snapshot too."""
    uefi = find_uefi()
    chip = "if=pflash,format=raw"
    return [
        *("-drive", f"{chip},unit=0,readonly=on,file={_value(str(uefi.code))}"),
        *("-drive", f"{chip},unit=1,snapshot=on,file={_value(str(uefi.variables))}"),
    ]


def _boot(machine: Machine, boot: Boot) -> list[str]:
    if boot.image is not None:
        # snapshot=on: the guest may write, the image stays as it is, and two
        # machines can boot it at once.
        file = f"file={_value(str(boot.image))},format=raw,snapshot=on"
        if boot.cd:
            return ["-drive", f"if=ide,media=cdrom,{file}"]
        return ["-drive", f"if={machine.drive},{file}"]
    initrd = ["-initrd", str(boot.initrd)] if boot.initrd is not None else []
    append = ["-append", boot.append] if boot.append else []
    return ["-kernel", str(boot.kernel), *initrd, *append]


def _repeatable(options: Options) -> list[str]:
    seed = options.seed
    if not options.deterministic:
        return [] if seed is None else ["-seed", str(seed)]
    return [
        *("-icount", "shift=0,sleep=off"),
        *("-rtc", "base=2020-01-01,clock=vm"),
        *("-seed", str(seed or 0)),
    ]


def _debugger(socket: Path | None) -> list[str]:
    if socket is None:
        return []
    return ["-gdb", f"unix:{_value(str(socket))},server=on,wait=off", "-S"]


def _monitor(socket: Path | None) -> list[str]:
    return [] if socket is None else ["-qmp", f"unix:{_value(str(socket))},server=on,wait=off"]


def _value(text: str) -> str:
    """A value inside one of QEMU's comma-separated lists, where a comma is written twice."""
    return text.replace(",", ",,")
