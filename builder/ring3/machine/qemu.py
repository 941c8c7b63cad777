"""QEMU, the emulator of nearly all machines: how it is started, and how its end is read.

command.py ──> qemu-system-x86_64, with the voice in a pipe ──exit status──> outcome.py
"""

from __future__ import annotations

from ring3.machine.command import Boot, check_startable, qemu_command
from ring3.machine.outcome import Heard, Outcome, Stop, judge
from ring3.machine.process import EmulatorProcess
from ring3.machine.serial_line import SerialLine


class Qemu(EmulatorProcess):
    """A machine that runs, in QEMU.  Raises Ring3Error when it cannot be started."""

    def _check(self, boot: Boot) -> None:
        check_startable(self.machine, boot, self.options)

    def _command(self, boot: Boot) -> list[str]:
        return qemu_command(self.machine, boot, self.options)

    def _spawn(self, boot: Boot, voice: int, messages: int) -> SerialLine:
        command = qemu_command(self.machine, boot, self.options, voice=f"/dev/fd/{voice}")
        return SerialLine(command, read=self._hand_over, stderr=messages, inherit=(voice,))

    def _judge(self, heard: Heard, stop: Stop | None) -> Outcome:
        return judge(
            heard,
            self.command,
            has_voice=self.machine.debugcon,
            has_exit=self.machine.debug_exit,
            stop=stop,
            foreign=self.foreign,
        )
