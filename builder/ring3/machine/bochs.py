"""Bochs, the stricter CPU: a machine that boots by its BIOS, with an Intel's or an AMD's habits.

    guest                Bochs                              ring3
    COM1      0x3f8 ──── com1, mode=term   /dev/tty ─────── pseudo-terminal
    port 0xe9       ──── port_e9_hack      stdout ───────── the kernel's voice
                         log               stderr ───────── how it ended

QEMU's TCG is one CPU under many names.  It raises no #AC and no #XM, takes
SYSCALL from compatibility mode whatever the vendor, and lets SYSRET go to
addresses at which an Intel faults in ring 0.  Bochs does in each what the
model's vendor does, so what depends on it is tested here.

A second of guest time is 50 million instructions, whatever the host's clock
says; but its disk answers when it likes, so that no two runs are the same.  It
has no exit port: the kernel writes "Shutdown" to port 0x8900.  Bochs ends with
status 1 then, as it does on a triple fault; its log tells the two apart.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from ring3.diagnostic import Ring3Error
from ring3.machine.command import Accelerator, Boot, Options, check_bootable
from ring3.machine.newlines import Newlines
from ring3.machine.outcome import (
    Heard,
    Outcome,
    OutcomeKind,
    Stop,
    find_last_record,
    find_record,
    judge,
)
from ring3.machine.process import EmulatorProcess
from ring3.machine.profile import Machine, mebibytes
from ring3.machine.serial_line import SerialLine

PROGRAMS = ("bochs-bin", "bochs-debugger")
"""Bochs with its debugger built in, as Debian and Fedora call it."""

# What the debugger is told at the start; it waits for a word otherwise.
DEBUGGER_COMMANDS = Path(__file__).with_name("bochs.rc")

SECTOR = 512
HEADS, SECTORS_PER_TRACK = 16, 63
"""The most that an IDE disk has."""

_SHUTDOWN = "Shutdown port: shutdown requested"
_TRIPLE_FAULT = re.compile(r"exception\(\): 3rd \(\d+\) exception with no resolution")
_LAST_WORDS = re.compile(r"^Bochs is exiting with the following message:\n(.*)", re.MULTILINE)

# What the debugger itself says on stdout: before the first instruction, and at the end.
_BEGIN = re.compile(rb"Next at t=0\n\(0\) \[.*\n")
_TERMINAL = "/dev/tty"

_SYS_PIDFD_GETFD = 438  # the same on all of Linux's architectures

_FAREWELL = b"(0).["
_END = re.compile(rb"\(0\)\.\[\d+\] \[.*\n\Z")


class Bochs(EmulatorProcess):
    """A machine that runs, in Bochs.  Raises Ring3Error when it cannot be started."""

    def __init__(self, machine: Machine, boot: Boot, options: Options) -> None:
        self._terminal_newlines = Newlines()
        self._debugger = DebuggerTalk()
        super().__init__(machine, boot, options)

    def _check(self, boot: Boot) -> None:
        check_bochs_startable(self.machine, boot, self.options)

    def _command(self, boot: Boot) -> list[str]:
        return bochs_command(self.machine, boot, self.options)

    def _spawn(self, boot: Boot, voice: int, messages: int) -> SerialLine:
        return SerialLine(
            bochs_command(self.machine, boot, self.options, terminal=_TERMINAL),
            read=self._hand_over,
            stderr=messages,
            stdout=voice,
            # The screen that it draws, with escape sequences, is never looked at.
            environment={**os.environ, "TERM": "vt100"},
        )

    def _undo(self, data: bytes) -> bytes:
        # Bochs switches the terminal's own ONLCR on, so every "\n" has become
        # "\r\n" a second time.
        return super()._undo(self._terminal_newlines.feed(data))

    def _undo_rest(self) -> bytes:
        return super()._undo(self._terminal_newlines.rest()) + super()._undo_rest()

    def _hear_voice(self, data: bytes) -> None:
        asleep = not self._debugger.begun
        super()._hear_voice(self._debugger.feed(data))
        if asleep and self._debugger.begun:
            make_writes_wait(self.pid)

    def _finish(self) -> None:
        super()._finish()
        super()._hear_voice(self._debugger.rest())

    def _judge(self, heard: Heard, stop: Stop | None) -> Outcome:
        return judge_bochs(heard, self.command, has_voice=self.machine.debugcon, stop=stop)


def bochs_command(
    machine: Machine, boot: Boot, options: Options, *, terminal: str | None = None
) -> list[str]:
    """Bochs's argument list, its program first.

    ``terminal`` is the path of the terminal that is COM1.  Without it the
    command is one to run by hand: COM1 goes to stderr, beside the log.
    """
    assert boot.image is not None
    serial = f"mode=term, dev={terminal}" if terminal else "mode=file, dev=/dev/stderr"
    memory = mebibytes(options.memory or machine.memory)
    disk = (
        f'type=cdrom, path="{boot.image}", status=inserted'
        if boot.cd
        # volatile: what the guest writes goes to a file of its own, which has no
        # name any more once it is open.
        else f'type=disk, path="{boot.image}", mode=volatile, '
        f'journal="{Path(tempfile.gettempdir()) / "ring3-bochs"}", {_geometry(boot.image)}'
    )
    return [
        find_bochs(),
        *("-q", "-f", os.devnull, "-rc", str(DEBUGGER_COMMANDS)),
        "display_library: term",
        f"cpu: model={machine.cpu}, ips=50000000, reset_on_triple_fault=0",
        f"memory: guest={memory}, host={memory}",
        "romimage: file=$BXSHARE/BIOS-bochs-latest",
        "vgaromimage: file=$BXSHARE/VGABIOS-lgpl-latest",
        f"ata0-master: {disk}",
        f"boot: {'cdrom' if boot.cd else 'disk'}",
        f"com1: enabled=1, {serial}",
        *(["port_e9_hack: enabled=1"] if machine.debugcon else []),
        "clock: sync=none, time0=utc",
        "plugin_ctrl: speaker=0, gameport=0, parallel=0",  # no guest of ours listens to them
        "log: /dev/stderr",
        "panic: action=fatal",
        "error: action=report",
        "info: action=ignore",
        "debug: action=ignore",
    ]


def check_bochs_startable(machine: Machine, boot: Boot, options: Options) -> None:
    """Raise Ring3Error for what can be known to be missing, or unfit, before Bochs starts."""
    check_bootable(machine, boot)
    if boot.image is not None and '"' in str(boot.image):
        raise Ring3Error(f"Bochs cannot name a file with a quote in it: {boot.image}")
    if boot.image is not None and not boot.cd and boot.image.stat().st_size % SECTOR:
        raise Ring3Error(
            f"{boot.image} is no whole number of sectors of {SECTOR} bytes",
            help=f"truncate --size=%{SECTOR} makes it longer",
        )
    if options.accelerator is not Accelerator.TCG:
        raise Ring3Error(
            "KVM runs guests of QEMU's; Bochs interprets every instruction itself",
            help=f"leave out --accel, or --machine {machine.name}",
        )
    if options.deterministic:
        raise Ring3Error(
            "no two runs of Bochs are the same to the instruction",
            help="take one of QEMU's machines for a deterministic run",
        )
    if options.gdb is not None:
        raise Ring3Error(
            "Bochs does not listen to gdb", help="take one of QEMU's machines to debug"
        )
    find_bochs()


def _geometry(image: Path) -> str:
    """A disk of whole cylinders that has each sector of the image and no other.

    Bochs sees nothing of a part of a cylinder.  Loaders read by LBA, to which
    the form of the disk does not matter.
    """
    sectors = image.stat().st_size // SECTOR
    spt = next(n for n in range(SECTORS_PER_TRACK, 0, -1) if sectors % n == 0)
    heads = next(n for n in range(HEADS, 0, -1) if sectors // spt % n == 0)
    return f"cylinders={sectors // spt // heads}, heads={heads}, spt={spt}"


def find_bochs() -> str:
    """The program's name.  Raises Ring3Error, with the command that installs it."""
    for program in PROGRAMS:
        if shutil.which(program) is not None:
            return program
    raise Ring3Error(
        f"`{PROGRAMS[0]}` is not installed, or not in PATH",
        help="Debian, Ubuntu: apt install bochs bochs-term bochsbios vgabios; "
        "Fedora: dnf install bochs-debugger",
    )


class DebuggerTalk:
    """Takes the words of Bochs's debugger from around what the guest says on port 0xe9."""

    def __init__(self) -> None:
        self._held = b""
        self.begun = False  # it is about to execute the first instruction

    def feed(self, chunk: bytes) -> bytes:
        """The guest's bytes in ``chunk``, after what was held back of the last one."""
        self._held += chunk
        if not self.begun:
            begin = _BEGIN.search(self._held)
            if begin is None:
                return b""
            self.begun = True
            self._held = self._held[begin.end() :]
        # The last line may be the debugger's farewell, or its beginning.
        held = self._held
        farewell = held.find(_FAREWELL, held.rfind(b"\n", 0, -1) + 1)
        if farewell < 0:
            begun = (n for n in range(len(_FAREWELL), 0, -1) if held.endswith(_FAREWELL[:n]))
            farewell = len(held) - next(begun, 0)
        self._held = held[farewell:]
        return held[:farewell]

    def rest(self) -> bytes:
        """What is the guest's of what is still held back when nothing more will come."""
        held, self._held = self._held, b""
        return _END.sub(b"", held) if self.begun else b""


def make_writes_wait(process: int) -> None:
    """Let Bochs wait while the terminal that is COM1 is full, instead of losing bytes.

    It opens the terminal with O_NONBLOCK, and does not look whether a byte was
    taken: a ring3 that is stopped, or slow, would miss some.  The flag belongs to
    the open file, which pidfd_getfd(2) lets us share.  Where that is not allowed
    it stays as it was, and so it does where there is no Linux.
    """
    with contextlib.suppress(OSError, AttributeError):
        pidfd = os.pidfd_open(process)
        try:
            for entry in Path(f"/proc/{process}/fd").iterdir():
                if str(entry.readlink()) == _TERMINAL:
                    _share_and_block(pidfd, int(entry.name))
        finally:
            os.close(pidfd)


def _share_and_block(pidfd: int, fd: int) -> None:
    shared = ctypes.CDLL(None).syscall(_SYS_PIDFD_GETFD, pidfd, fd, 0)
    if shared >= 0:
        os.set_blocking(shared, True)
        os.close(shared)


def judge_bochs(heard: Heard, command: list[str], *, has_voice: bool, stop: Stop | None) -> Outcome:
    """Bochs ends without a status that says much: put its log in the place of one."""
    log = heard.messages
    triple_fault = _TRIPLE_FAULT.search(log) is not None
    record = find_record(heard.voice) if has_voice else find_last_record(heard.console)
    if stop is None and not triple_fault and (_SHUTDOWN not in log or record is None):
        stop = Stop(OutcomeKind.MACHINE_ERROR, _why(heard))
        heard = replace(heard, exit_status=None, exit_signal=None)
    elif stop is None or heard.exit_status is not None:
        # Having ended by itself it is like a QEMU without an exit port; a triple
        # fault is a reset, whatever was said before it.  Once the guest had ended
        # it does not matter that Bochs now and then crashes on its way out.
        heard = replace(heard, exit_status=0, exit_signal=None)
    return judge(heard, command, has_voice=has_voice, has_exit=triple_fault, stop=stop)


def _why(heard: Heard) -> str:
    if heard.exit_signal is not None:
        return f"Bochs was killed by signal {heard.exit_signal}"
    words = _LAST_WORDS.search(heard.messages)
    said = words[1] if words else (heard.messages.strip().splitlines() or ["nothing"])[-1]
    if "cpu directive malformed" in said:
        said += " (`bochs-bin --help cpu` lists the models)"
    return f"Bochs ended with status {heard.exit_status}; it said: {said.strip()}"
