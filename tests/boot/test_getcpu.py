"""getcpu by the quickest instruction that the CPU has: RDPID, RDTSCP, or LSL."""

from __future__ import annotations

import re

import pytest

from boot.stock_system import StockSystem
from ring3.machine import Outcome


def way(outcome: Outcome) -> bytes:
    """The instruction that the kernel says it chose; the doors agree about the CPU."""
    assert outcome.status == 0, outcome.report()
    assert b"DISAGREE" not in outcome.console
    found = re.search(rb"^ring3: getcpu by (\w+)$", outcome.voice, re.MULTILINE)
    assert found is not None, outcome.report()
    return found[1]


@pytest.mark.parametrize(
    ("cpu", "instruction"),
    [
        ("qemu64", b"lsl"),
        ("EPYC,check=off", b"rdtscp"),
        ("max", b"rdtscp"),  # QEMU announces RDPID and refuses it
    ],
)
def test_getcpu_is_by_what_the_cpu_has(boot: StockSystem, cpu: str, instruction: bytes) -> None:
    assert way(boot("doors", cpu=cpu)) == instruction


def test_getcpu_is_by_rdpid_where_that_works(boot: StockSystem) -> None:
    assert way(boot.bochs("doors", cpu="corei7_icelake_u")) == b"rdpid"
