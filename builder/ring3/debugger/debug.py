"""``ring3 debug``: a machine that stands still, gdb on it, and this process between them.

    the terminal <──> gdb ──target remote──> QEMU's gdb stub
                       └──gdb_side.py──> this process ──> QEMU's monitor: tables, MSRs
                                           └── COM1 and the kernel's voice, kept for gdb to show

Ctrl-C is gdb's: this process ignores it, and QEMU has a terminal of its own.
When gdb ends, however it ends, the machine ends with it; when this process is
killed, the kernel below us kills QEMU and hangs up on gdb (PDEATHSIG).
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ring3.debugger.answers import Answers, Entered
from ring3.debugger.frames import frame_layouts
from ring3.debugger.lines import DEBUG_FOLDER, KERNEL, SOCKET, write_lines
from ring3.debugger.names import Names
from ring3.diagnostic import Ring3Error
from ring3.elf.debuggable import debuggable
from ring3.image.describe import loaded_parts
from ring3.machine import Boot, Machine, Options, OutcomeKind, Session, boot_of_image
from ring3.machine.inspect import inspected
from ring3.machine.monitor import Monitor, connected
from ring3.machine.serial_line import die_with_parent
from ring3.machine.terminal import signals_noted
from ring3.output import explained
from ring3.pipeline import Program, System
from ring3.prepare import Request, choose_machine, prepare
from ring3.workspace import Workspace
from ring3.x86.auxv import AT_ENTRY, AT_EXECFN, AT_SYSINFO_EHDR

GDB_SIDE = Path(__file__).with_name("gdb_side.py")

BATCH_SECONDS = 60.0
"""What a script has, unless it is told otherwise."""

QEMU_ENDS = 10.0
"""Seconds from QEMU's last word to gdb to its end, on a loaded machine."""

USER_CODE32 = 0x23

_ENTERS_PROGRAMS = "program_iretq"  # the kernel's last instruction before a program's first
_MONITOR, _ANSWERS, _VDSO = "monitor", "answers", "vdso"
_COMPARED = 1024  # bytes of a vDSO that tell which one it is; the kernel writes to its code
_FAILURE = 1

_WELCOME = """\
The machine stands before its first instruction. Where to go from here:
  break syscall_entry    the fast door     ring3 help     what is there besides gdb's own
  break _start           the program       continue
"""


def debug(
    request: Request, workspace: Workspace, *, script: Path | None = None, seconds: float | None
) -> int:
    """Run gdb at this process's terminal, or ``script`` without one; returns the exit status.

    ``seconds`` is the time that it all may take.  Raises Ring3Error for what
    keeps the machine or gdb from starting, and when the time is over.
    """
    gdb = _find_gdb()
    if script is not None:
        _check_readable(script)
    machine = choose_machine(request, workspace)
    with explained("cannot make a folder for the debugger"):
        folder = Path(tempfile.mkdtemp(prefix="ring3-debug-"))
    try:
        system, boot = _prepare(request, workspace, machine, folder)
        options = Options(
            timeout=None,
            deterministic=request.deterministic,
            seed=request.seed,
            gdb=folder / SOCKET,
            monitor=folder / _MONITOR,
        )
        answers = Answers(Names(), frame_layouts(workspace))
        with _interrupts_ignored(), Session(machine, boot, options) as session:
            qemu = session.process
            deadline = None if seconds is None else time.monotonic() + seconds
            with connected(folder / _MONITOR, qemu.pump) as monitor:
                return _Attached(session, monitor, system, folder, answers, script).run(
                    gdb, deadline
                )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_readable(script: Path) -> None:
    try:
        script.open("rb").close()
    except OSError as error:
        raise Ring3Error(f"cannot read the script {script}: {error.strerror}") from error


def _find_gdb() -> str:
    """gdb, if it is there and has Python."""
    gdb = shutil.which("gdb")
    if gdb is None:
        raise Ring3Error(
            "`gdb` is not installed, or not in PATH",
            help="Debian, Ubuntu: apt install gdb; Fedora: dnf install gdb",
        )
    asked = subprocess.run(
        [gdb, "-nx", "-batch", "-ex", "python print('python')"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "python" not in asked.stdout.split():
        raise Ring3Error(
            f"{gdb} was built without Python, which the `ring3` commands are written in",
            help="install your distribution's full gdb (not gdb-minimal),"
            " or use `ring3 run --gdb`, which needs no Python",
        )
    return gdb


def _prepare(
    request: Request, workspace: Workspace, machine: Machine, folder: Path
) -> tuple[System, Boot]:
    """What is booted, and the sources that it was made of."""
    prepared = prepare(replace(request, image=None), workspace, machine, folder)
    system = prepared.system
    assert system is not None
    write_lines(system, folder)
    (folder / _VDSO).mkdir()
    for name, shared in system.vdsos.items():
        (folder / _VDSO / f"{name}.so").write_bytes(shared.data)
    if request.image is None:
        return system, prepared.boot
    parts = loaded_parts(request.image)
    if any(parts.get(segment.name) != segment.data for segment in system.kernel.segments):
        raise Ring3Error(
            f"the kernel in {request.image} was not built of these sources,"
            " so their lines would be wrong",
            help="build the image again, or name the workspace that it was built in",
        )
    return system, boot_of_image(request.image, machine)


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ctrl-C reaches every process at the terminal; gdb alone is to act on it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@dataclass
class _Shown:
    """How much of each stream gdb has been told."""

    console: int = 0
    voice: int = 0
    end: bool = False


class _Attached:
    """The loop that serves gdb and moves the machine's streams."""

    def __init__(
        self,
        session: Session,
        monitor: Monitor,
        system: System,
        folder: Path,
        answers: Answers,
        script: Path | None,
    ) -> None:
        self._session = session
        self._qemu = session.process
        self._monitor = monitor
        self._system = system
        self._folder = folder
        self._answers = answers
        self._script = script
        self._shown = _Shown()
        self._client: socket.socket | None = None
        self._unread = b""
        self._asked: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "start": self._start,
            "enter": self._enter,
            "news": self._news,
            "ended": self._ended,
            "console": lambda _: {"text": self._console()},
            "voice": lambda _: {"text": self._voice()},
            "type": self._type,
        }
        answers.names.add(KERNEL, debuggable(system.kernel))

    def run(self, gdb: str, deadline: float | None) -> int:
        """Start gdb and serve it to its end; the machine ends with it."""
        with (
            signals_noted() as interruption,
            socket.socket(socket.AF_UNIX) as server,
            self._started(gdb) as (process, ended),
        ):
            server.bind(str(self._folder / _ANSWERS))
            server.listen()
            while process.poll() is None:
                self._serve(server, ended, interruption.fd, deadline)
                if interruption.reason:
                    process.send_signal(signal.SIGHUP)  # gdb puts the terminal right and ends
                    process.wait()
                elif deadline is not None and time.monotonic() >= deadline:
                    process.kill()
                    process.wait()
                    raise _too_late(self._script)
        return process.returncode if process.returncode >= 0 else _FAILURE

    @contextmanager
    def _started(self, gdb: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        """gdb, and a descriptor that can be read when it has ended."""
        command = [gdb, "-q", "-iex", f"set debug-file-directory {self._folder / DEBUG_FOLDER}"]
        command += ["-nx", "-batch"] if self._script else []
        command += ["-x", str(GDB_SIDE), str(self._folder / KERNEL)]
        hang_up = die_with_parent(signal.SIGHUP)

        def prepare() -> None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            hang_up()

        ended, end = os.pipe()
        try:
            with subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL if self._script else None,
                env=os.environ
                | {"RING3_DEBUG": str(self._folder / _ANSWERS)}
                | ({"LC_ALL": "C.UTF-8"} if self._script else {}),
                preexec_fn=prepare,  # noqa: PLW1509  # no thread of ours holds a lock yet
            ) as process:
                threading.Thread(target=_close_after, args=(process, end)).start()
                try:
                    yield process, ended
                finally:
                    process.kill()
        finally:
            os.close(ended)

    def _serve(
        self, server: socket.socket, ended: int, signalled: int | None, deadline: float | None
    ) -> None:
        """Wait for the next event, and answer if it is a question."""
        client = self._client
        waited = [ended, server.fileno() if client is None else client.fileno()]
        if signalled is not None:
            waited.append(signalled)
        ready = self._qemu.pump(deadline, dict.fromkeys(waited, select.POLLIN))
        if client is None:
            if server.fileno() in ready:
                self._client, _ = server.accept()
        elif client.fileno() in ready:
            data = client.recv(1 << 16)
            self._unread += data
            if not data:
                client.close()
                self._client = None
            *lines, self._unread = self._unread.split(b"\n")
            for line in lines:
                client.sendall(json.dumps(self._answer(json.loads(line))).encode() + b"\n")

    def _answer(self, question: Mapping[str, Any]) -> dict[str, Any]:
        command = question["command"]
        try:
            if command in self._asked:
                return self._asked[command](question)
            with inspected(self._monitor) as guest:
                return {"text": self._answers.answer(guest, command, question["numbers"])}
        except Ring3Error as error:
            return {"error": error.message + (f"\n  help: {error.help}" if error.help else "")}

    def _start(self, question: Mapping[str, Any]) -> dict[str, Any]:
        del question
        first = next(found for found in self._system.programs if self._is_init(found))
        data = first.debuggable()
        self._answers.names.add("program", data)
        files = [self._file(first, 0)] if _is_fixed(data) else []
        return {
            "socket": str(self._folder / SOCKET),
            "script": None if self._script is None else str(self._script.absolute()),
            "entry": self._system.kernel.symbols.get(_ENTERS_PROGRAMS),
            "files": files,
            "text": "" if self._script else _WELCOME,
        }

    def _enter(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """A program is about to be entered: what lies where, by its own auxiliary vector."""
        word_size = 4 if question["code"] == USER_CODE32 else 8
        self._answers.entered = Entered(question["stack"], word_size)
        with inspected(self._monitor) as guest:
            stack = guest.initial_stack(question["stack"], word_size=word_size)
            named = next(pair for pair in stack.auxiliary if pair.type == AT_EXECFN)
            header = stack.value(AT_SYSINFO_EHDR)
            vdso = guest.virtual(header, _COMPARED) if header else b""
        files = []
        for program in self._system.programs:
            if program.name == Path(named.shown.strip('"')).name:
                data = program.debuggable()
                bias = (stack.value(AT_ENTRY) or 0) - _entry(data)
                self._answers.names.add("program", data, bias)
                files.append(self._file(program, bias))
        for name, shared in self._system.vdsos.items():
            if header and shared.data[:_COMPARED] == vdso:
                self._answers.names.add("vdso", shared.data, header)
                path = str(self._folder / _VDSO / f"{name}.so")
                routine = header + max(shared.symbols.values())
                files.append({"path": path, "bias": header, "address": routine})
        return {"files": files}

    def _file(self, program: Program, bias: int) -> dict[str, Any]:
        data = program.debuggable()
        path = self._folder / program.path
        if not path.exists():
            path.write_bytes(data)
        return {"path": str(path), "bias": bias, "address": _entry(data) + bias}

    def _is_init(self, program: Program) -> bool:
        return program.path == self._system.init.path

    def _news(self, question: Mapping[str, Any]) -> dict[str, Any]:
        del question
        self._qemu.pump(time.monotonic())
        console, voice = self._console(), self._voice()
        text = _prefixed("kernel", voice[self._shown.voice :])
        text += _prefixed("program", console[self._shown.console :])
        self._shown.console, self._shown.voice = len(console), len(voice)
        if self._qemu.ended and not self._shown.end:
            self._shown.end = True
            outcome = self._qemu.outcome()
            text += f"[machine] {outcome.kind.value}: {outcome.explanation}\n"
        return {"text": text}

    def _ended(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Whether a script that lost its guest, with this message of gdb's, did well all the same.

        It did if the guest's end was a good one, and nothing was to come after it.
        """
        assert self._script is not None
        deadline = time.monotonic() + QEMU_ENDS
        while not self._qemu.ended and time.monotonic() < deadline:
            self._qemu.pump(deadline)
        message, script = question["message"], self._script.read_text(errors="replace")
        line = message.partition(f"{self._script.absolute()}:")[2].partition(":")[0]
        if not self._qemu.ended or not line.isdigit():
            return {"well": False}
        rest = [text.strip() for text in script.splitlines()[int(line) :]]
        well = self._qemu.outcome().kind is OutcomeKind.EXITED
        return {"well": well and all(not text or text.startswith("#") for text in rest)}

    def _type(self, question: Mapping[str, Any]) -> dict[str, Any]:
        self._session.sendline(question["text"])
        return {}

    def _console(self) -> str:
        return bytes(self._qemu.console).decode(errors="backslashreplace")

    def _voice(self) -> str:
        return bytes(self._qemu.voice).decode(errors="backslashreplace")


def _too_late(script: Path | None) -> Ring3Error:
    what = "the debugger" if script is None else f"the script {script}"
    return Ring3Error(
        f"{what} did not come to its end in time",
        help="give it more with --timeout SECONDS, or look for what it waits for",
    )


def _close_after(process: subprocess.Popen[bytes], end: int) -> None:
    """Close a descriptor when the process has ended, which wakes who waits at its other end."""
    process.wait()
    os.close(end)


def _prefixed(who: str, text: str) -> str:
    return "".join(f"[{who}] {line}\n" for line in text.splitlines())


def _is_fixed(elf: bytes) -> bool:
    """ET_EXEC: it lies where it was linked."""
    return elf[16] == 2


def _entry(elf: bytes) -> int:
    """e_entry."""
    return int.from_bytes(elf[24:32] if elf[4] == 2 else elf[24:28], "little")
