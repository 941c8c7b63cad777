"""How a run of somebody else's kernel ended: by QEMU's status alone, since it keeps no record."""

from __future__ import annotations

import pytest

from ring3.machine import OutcomeKind
from ring3.machine.outcome import Heard, Stop, judge

RECORD = b"ring3: exit status=0\n"
WARNING = "qemu-system-x86_64: warning: TCG doesn't support requested feature: AVX\n"


def heard(status: int | None, messages: str = "", died_of: int | None = None) -> Heard:
    return Heard(RECORD, RECORD, messages, exit_status=status, exit_signal=died_of)


@pytest.mark.parametrize(
    ("status", "messages", "kind", "written"),
    [
        (33, "", OutcomeKind.EXITED, 0x10),
        (35, "", OutcomeKind.EXITED, 0x11),
        (255, "", OutcomeKind.EXITED, 0x7F),
        (1, "", OutcomeKind.EXITED, 0),
        (1, WARNING, OutcomeKind.EXITED, 0),
        (1, WARNING + "qemu-system-x86_64: no\n", OutcomeKind.MACHINE_ERROR, None),
        (2, "", OutcomeKind.MACHINE_ERROR, None),
        (0, "", OutcomeKind.RESET, None),
    ],
)
def test_qemu_s_status_is_believed_and_no_record_is_looked_for(
    status: int, messages: str, kind: OutcomeKind, written: int | None
) -> None:
    outcome = judge(heard(status, messages), ["qemu"], has_voice=True, has_exit=True, foreign=True)
    assert (outcome.kind, outcome.status, outcome.qemu_status) == (kind, written, status)


def test_without_an_exit_port_no_status_but_0_is_the_guest_s() -> None:
    outcome = judge(heard(33), ["qemu"], has_voice=True, has_exit=False, foreign=True)
    assert outcome.kind is OutcomeKind.MACHINE_ERROR


def test_a_record_that_it_prints_does_not_explain_a_timeout() -> None:
    stop = Stop(OutcomeKind.TIMEOUT, "the machine was still running after 1 s")
    killed = heard(None, died_of=9)
    outcome = judge(killed, ["qemu"], has_voice=True, has_exit=False, stop=stop, foreign=True)
    assert (outcome.kind, outcome.qemu_status) == (OutcomeKind.TIMEOUT, -9)
    assert "although the kernel had said" not in outcome.explanation
