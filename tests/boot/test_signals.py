"""Signals that a program sends to itself do what they do on Linux."""

from __future__ import annotations

from dataclasses import replace

import pytest

from boot.stock_system import StockSystem
from boot.test_i386 import compiled, on_linux, same, with_programs

WIDTHS = {"x86-64": (), "i386": ("-m32",)}


@pytest.fixture(scope="module", params=WIDTHS)
def system(
    request: pytest.FixtureRequest,
    stock_system: StockSystem,
    tmp_path_factory: pytest.TempPathFactory,
) -> StockSystem:
    folder = tmp_path_factory.mktemp("signals")
    program = compiled(folder, "signals.c", "signals", "-static", *WIDTHS[request.param])
    return replace(with_programs(stock_system, program), folder=folder)


@pytest.mark.parametrize(
    ("word", "signal"),
    [("ask", None), ("blocked", 10), ("abort", 6), ("1", 1), ("9", 9), ("17", None), ("40", 40)],
)
def test_a_signal_to_oneself_ends_the_program_or_not_as_on_linux(
    system: StockSystem, monkeypatch: pytest.MonkeyPatch, word: str, signal: int | None
) -> None:
    monkeypatch.chdir(system.folder)
    there = system("./signals", word)
    same(there, on_linux(["./signals", word]))
    assert there.signal == signal, there.report()


def test_the_report_names_the_signal_and_says_who_sent_it(system: StockSystem) -> None:
    there = system("signals", "abort")
    assert b"killed signal=6 SIGABRT: the program sent it to itself" in there.voice, there.report()


def test_a_signal_without_a_name_is_reported_too(system: StockSystem) -> None:
    assert b"killed signal=40 real-time:" in system("signals", "40").voice
