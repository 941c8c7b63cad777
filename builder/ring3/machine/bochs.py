"""Bochs, the stricter CPU: a disk image run to its end on an Intel's or an AMD's habits.

    disk image ──copy──> Bochs ──file──> COM1 ──> console ─┐
                           └────file──> log ── how it ended ┴──> Outcome

QEMU's TCG is one CPU under many names.  It raises no #AC and no #XM, takes
SYSCALL from compatibility mode whatever the vendor, and lets SYSRET go to
addresses at which an Intel faults in ring 0.  Bochs does in each what the
model's vendor does, so what depends on it is tested here.

Bochs is told to have no debug console, so the kernel's voice shares COM1, and
it has no exit port: the kernel writes "Shutdown" to port 0x8900.  Bochs ends
with status 1 then, as it does on a triple fault; its log tells the two apart.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
from pathlib import Path

from ring3.diagnostic import Ring3Error
from ring3.machine.newlines import Newlines
from ring3.machine.outcome import Heard, Outcome, OutcomeKind, Stop, find_last_record, judge
from ring3.machine.serial_line import die_with_parent, in_lasting_thread

PROGRAM = "bochs-bin"
INTEL = "corei7_skylake_x"
AMD = "ryzen"

OUTPUT_LIMIT = 16 << 20
"""Bytes that the guest may send to COM1; Bochs is ended by SIGXFSZ beyond it."""

_SECTOR = 512
_TRACK = 63 * _SECTOR
_CYLINDER = 16 * _TRACK

# Bochs rounds nothing: the geometry must name each byte of the image.
_CONFIGURATION = """\
display_library: term
cpu: model={cpu}, ips=50000000, reset_on_triple_fault=0
memory: guest={memory}, host={memory}
romimage: file=$BXSHARE/BIOS-bochs-latest
vgaromimage: file=$BXSHARE/VGABIOS-lgpl-latest
ata0-master: type=disk, path={disk}, mode=flat, cylinders={cylinders}, heads=16, spt=63
boot: disk
com1: enabled=1, mode=file, dev={serial}
clock: sync=none, time0=1577836800
log: {log}
panic: action=fatal
error: action=report
info: action=report
debug: action=ignore
"""

# The debugger that Debian's Bochs has built in wants to be told to begin.
_DEBUGGER_COMMANDS = "continue\nquit\n"

_SHUTDOWN = "Shutdown port: shutdown requested"
_TRIPLE_FAULT = re.compile(r">>PANIC<< exception\(\): 3rd \(\d+\) exception with no resolution")
_PANIC = re.compile(r">>PANIC<< (.*)")


def run_bochs(
    image: Path, folder: Path, *, cpu: str = INTEL, memory: int = 128, timeout: float = 60.0
) -> Outcome:
    """Boot the disk ``image`` in Bochs and run it to its end, within ``timeout`` seconds.

    ``cpu`` is one of the models that ``bochs-bin --help cpu`` lists, ``memory``
    in MiB.  ``folder`` gets what Bochs needs and writes (its configuration, a
    copy of the image, COM1, the log) and must outlive the outcome's command.
    COM1 carries both voices; ``console`` has all of it.

    Raises Ring3Error when Bochs is not installed or refuses its configuration.
    """
    if shutil.which(PROGRAM) is None:
        raise Ring3Error(
            f"`{PROGRAM}` is not installed, or not in PATH",
            help="Debian, Ubuntu: apt install bochs bochs-term bochsbios vgabios",
        )
    serial, log, messages = folder / "com1", folder / "log", folder / "messages"
    for file in (serial, log, messages):
        file.write_bytes(b"")
    command = _prepared(image, folder, cpu=cpu, memory=memory, serial=serial, log=log)
    status = _run(command, messages, timeout)
    newlines = Newlines()
    console = newlines.feed(serial.read_bytes()) + newlines.rest()
    said = "".join(file.read_text(errors="backslashreplace") for file in (messages, log))
    return _judge(console, said, status, command, timeout)


def _prepared(
    image: Path, folder: Path, *, cpu: str, memory: int, serial: Path, log: Path
) -> list[str]:
    """Write Bochs's files; returns its command line."""
    disk = folder / "disk"
    shutil.copyfile(image, disk)
    (folder / "disk.lock").unlink(missing_ok=True)  # of a Bochs that was killed
    cylinders, rest = divmod(disk.stat().st_size, _CYLINDER)
    if rest:
        raise Ring3Error(f"{image} is no whole number of cylinders of {_CYLINDER:,} bytes")
    configuration, debugger = folder / "bochsrc", folder / "debugger"
    configuration.write_text(
        _CONFIGURATION.format(
            cpu=cpu, memory=memory, disk=disk, cylinders=cylinders, serial=serial, log=log
        )
    )
    debugger.write_text(_DEBUGGER_COMMANDS)
    return [PROGRAM, "-q", "-f", str(configuration), "-rc", str(debugger)]


def _run(command: list[str], messages: Path, timeout: float) -> int | None:
    """Bochs's exit status, minus the signal that killed it, or None at the deadline."""
    ask_to_die = die_with_parent()

    def prepare() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_LIMIT, OUTPUT_LIMIT))
        ask_to_die()

    def start() -> subprocess.Popen[bytes]:
        with messages.open("wb") as file:
            return subprocess.Popen(
                command,
                env={**os.environ, "TERM": "vt100"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # the screen, drawn with escape sequences
                stderr=file,  # what it says before it has its log
                preexec_fn=prepare,  # noqa: PLW1509  # takes no lock that a thread could hold
            )

    with in_lasting_thread(start) as process:
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()  # it ignores SIGTERM
            return None


def _judge(
    console: bytes, log: str, status: int | None, command: list[str], timeout: float
) -> Outcome:
    """Bochs ends without a status that says much: put its log in the place of one."""
    triple_fault = _TRIPLE_FAULT.search(log) is not None
    record = find_last_record(console)
    stop = None
    if status is None:
        stop = Stop(OutcomeKind.TIMEOUT, f"the machine was still running after {timeout:g} s")
    elif status == -signal.SIGXFSZ:
        stop = Stop(OutcomeKind.OUTPUT_LIMIT, f"the guest wrote more than {OUTPUT_LIMIT:,} bytes")
    elif not triple_fault and (_SHUTDOWN not in log or record is None):
        panic = _PANIC.search(log)
        said = panic[1] if panic else (log.strip().splitlines() or ["nothing"])[-1]
        stop = Stop(OutcomeKind.MACHINE_ERROR, f"Bochs ended with status {status}; it said: {said}")
    # Having ended by itself it is like a QEMU without an exit port; a triple fault
    # is a reset, whatever was said before it.
    heard = Heard(console, b"", "", exit_status=0 if stop is None else None)
    return judge(heard, command, has_voice=False, has_exit=triple_fault, stop=stop)
