"""`ring3 run`: the terminal on one side, the machine on the other.

    stdin  ───────────────────────> COM1      once the guest is up; its end as ^D
    stdout <─────────────────────── COM1      the program's bytes, as they come
    stderr <─────────────────────── 0xe9      the kernel's voice, line by line
    Ctrl-C, SIGTERM, SIGHUP ──────> the machine ends, the terminal is as it was

The guest's end of the line is a terminal too, which echoes what is typed and
lets it be edited.  So where we sit at a terminal ours does neither.
"""

from __future__ import annotations

import os
import select
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from ring3.diagnostic import Ring3Error
from ring3.machine.command import Boot, Options
from ring3.machine.outcome import Outcome, OutcomeKind, parse_record
from ring3.machine.process import EmulatorProcess
from ring3.machine.profile import Machine
from ring3.machine.session import END_OF_INPUT, Session
from ring3.machine.terminal import (
    Interruption,
    Output,
    is_terminal,
    keys_passed,
    signals_noted,
)

ESCAPE = b"\x1d"  # Ctrl-], which ends an interactive run

RECORD_DELAY = 0.2
"""Seconds that the record of process 1's end waits for what the program said before it."""

# The kernel says this when it enters process 1.  From then on the serial port
# is set up, and what is typed stays until it is read.
_PROCESS_1_STARTS = b"ring3: init "
_KERNEL = b"ring3: "

_READ_SIZE = 4096


def run(
    machine: Machine,
    boot: Boot,
    options: Options | None = None,
    *,
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
    interactive: bool = False,
) -> Outcome:
    """Run the machine to its end, its serial line connected to the file descriptors given.

    ``stdin`` is typed to the guest from the moment that process 1 runs, and its
    end as ^D.  What the guest does not read is lost, as it is with ssh.  When
    it and ``stdout`` are terminals, keys go to the guest as they are pressed,
    all but Ctrl-C.  With ``interactive`` that one goes too (then stdin must be
    a terminal), and Ctrl-] ends the run.  In a deterministic run nothing is
    typed: a byte comes when it comes, and interrupts the guest somewhere else
    each time.

    A Ctrl-C, a SIGTERM or SIGHUP, and a stdout that nobody reads any more end
    the machine (INTERRUPTED); the latter two signals are then raised again.

    Raises Ring3Error when the machine cannot be started.
    """
    if options is not None and options.deterministic:
        if interactive:
            raise Ring3Error("a run with somebody at the keys cannot be deterministic")
        stdin = None
    with (
        signals_noted() as interruption,
        _keys_as_wanted(stdin, stdout, interactive=interactive),
        Session(machine, boot, options) as session,
    ):
        connection = _Connection(session.process, interruption, stdin, stdout, stderr, interactive)
        connection.carry()
        outcome = session.close()
        complaint = connection.complaint()
    if complaint is not None:
        return replace(
            outcome,
            kind=OutcomeKind.MACHINE_ERROR,
            explanation=complaint,
            status=None,
            signal=None,
        )
    return outcome


def _keys_as_wanted(
    stdin: int | None, stdout: int | None, *, interactive: bool
) -> AbstractContextManager[None]:
    if interactive and not is_terminal(stdin):
        raise Ring3Error(
            "an interactive run needs a terminal on stdin",
            help="leave out --interactive to pass stdin on as it comes",
        )
    if stdin is not None and is_terminal(stdin) and (interactive or is_terminal(stdout)):
        return keys_passed(stdin, every=interactive)
    return nullcontext()


class _Connection:
    """The loop between the terminal and the machine."""

    def __init__(
        self,
        process: EmulatorProcess,
        interruption: Interruption,
        stdin: int | None,
        stdout: int | None,
        stderr: int | None,
        interactive: bool,
    ) -> None:
        self._process = process
        self._interruption = interruption
        self._stdin = stdin
        self._interactive = interactive
        self._guest_is_up = False
        self._last_typed = b""
        self._early_keys = b""  # typed in an interactive run before the guest was up
        self._stdout = Output(stdout)
        self._stderr = Output(stderr)
        self._console_shown = 0
        self._voice_shown = 0
        self._record_due: float | None = None
        self._record_held = False
        self._one_screen = is_terminal(stdout) and is_terminal(stderr)

    def carry(self) -> None:
        """Carry bytes until the machine has ended and all that it said is written."""
        while not self._process.ended:
            self._wait()
            self._look_whether_guest_is_up()
            self._show()
        self._show()
        while (self._stdout.waiting or self._stderr.waiting) and not self._interruption.reason:
            self._wait()

    def complaint(self) -> str | None:
        """What kept the program's output from being written, if anything but a reader's leave."""
        error = self._stdout.error
        if error is None or isinstance(error, BrokenPipeError):
            return None
        return f"cannot write the program's output: {error.strerror}"

    def _wait(self) -> None:
        deadline = self._record_due if self._record_held else None
        ready = self._process.pump(deadline, self._awaited())
        for output in (self._stdout, self._stderr):
            if output.fd in ready:
                output.write()
        if self._stdin is not None and self._stdin in ready:
            self._read_keys(self._stdin)
        if self._interruption.reason:
            self._process.stop(OutcomeKind.INTERRUPTED, self._interruption.reason)
        if self._stdout.error is not None:
            self._process.stop(
                OutcomeKind.INTERRUPTED, "nobody reads the program's output any more"
            )

    def _awaited(self) -> dict[int, int]:
        """What to wait for besides the emulator: file descriptors and their poll events."""
        awaited = {}
        if self._wants_keys and self._stdin is not None:
            awaited[self._stdin] = select.POLLIN
        if self._interruption.fd is not None:
            awaited[self._interruption.fd] = select.POLLIN
        for output in (self._stdout, self._stderr):
            if output.fd is not None and output.waiting:
                awaited[output.fd] = awaited.get(output.fd, 0) | select.POLLOUT
        return awaited

    @property
    def _wants_keys(self) -> bool:
        """Ctrl-] must be seen at any time; other input stays where it is until there is room."""
        if self._process.ended:
            return False
        return self._interactive or (self._guest_is_up and self._process.typed_all)

    def _read_keys(self, stdin: int) -> None:
        try:
            keys = os.read(stdin, _READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            keys = b""
        at_terminal = os.isatty(stdin)
        if not keys and not at_terminal:  # at a terminal more can follow a ^D
            self._stdin = None
        if self._interactive:
            keys, escape, _ = keys.partition(ESCAPE)
            self._type(keys)
            if escape:
                self._process.stop(OutcomeKind.INTERRUPTED, "ended by Ctrl-]")
        else:
            self._type(keys or end_of_input(self._last_typed))

    def _type(self, keys: bytes) -> None:
        self._last_typed = keys
        if self._guest_is_up:
            self._process.type_in(keys)
        else:
            self._early_keys += keys

    def _look_whether_guest_is_up(self) -> None:
        if self._guest_is_up:
            return
        process = self._process
        if has_begun(
            bytes(process.console), bytes(process.voice), has_voice=process.machine.debugcon
        ):
            self._guest_is_up = True
            process.type_in(self._early_keys)

    def _show(self) -> None:
        """Pass on what is new.

        The two streams have no common order, and the serial line is the slower
        one.  But the record of process 1's end comes last: it waits until the
        machine has ended, or, should that not come, for a moment.
        """
        before, record = _split_at_record(self._fresh_voice())
        self._show_voice(before)
        self._stdout.send(self._fresh_console())
        if record and self._record_due is None:
            self._record_due = time.monotonic() + RECORD_DELAY
        self._record_held = bool(
            record
            and not self._process.ended
            and self._record_due is not None
            and time.monotonic() < self._record_due
        )
        if not self._record_held:
            self._show_voice(record)

    def _fresh_console(self) -> bytes:
        fresh = bytes(self._process.console[self._console_shown :])
        self._console_shown += len(fresh)
        return fresh

    def _fresh_voice(self) -> bytes:
        """What was not shown yet; only whole lines, as long as there may be more."""
        fresh = bytes(self._process.voice[self._voice_shown :])
        return fresh if self._process.ended else fresh[: fresh.rfind(b"\n") + 1]

    def _show_voice(self, lines: bytes) -> None:
        self._voice_shown += len(lines)
        if lines and self._one_screen and self._stdout.last not in (b"", b"\n"):
            lines = b"\n" + lines
            self._stdout.last = b""
        self._stderr.send(lines)


def end_of_input(typed: bytes) -> bytes:
    """What is typed to end an input that ended in ``typed``.

    In the middle of a line a terminal takes ^D as "read what there is of it";
    only the next one is read as the end.
    """
    in_line = typed != b"" and not typed.endswith((b"\n", END_OF_INPUT))
    return END_OF_INPUT * 2 if in_line else END_OF_INPUT


def has_begun(console: bytes, voice: bytes, *, has_voice: bool) -> bool:
    """Whether process 1 runs: the kernel said so, or something else than the kernel spoke."""
    kernel, program = (voice, console) if has_voice else (console, b"")
    lines = kernel.split(b"\n")
    if any(line.startswith(_PROCESS_1_STARTS) for line in lines):
        return True
    if has_voice:
        return program != b""
    return any(not (line.startswith(_KERNEL) or _KERNEL.startswith(line)) for line in lines)


def _split_at_record(voice: bytes) -> tuple[bytes, bytes]:
    """The lines before the first record of process 1's end, and the rest."""
    lines = voice.splitlines(keepends=True)
    for index, line in enumerate(lines):
        if parse_record(line.rstrip(b"\r\n")):
            return b"".join(lines[:index]), b"".join(lines[index:])
    return voice, b""
