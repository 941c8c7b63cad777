"""A slice of what ``make fuzz`` does with hostile sources, and proof that its watch bites."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.asm.fuzz_sources import Overview
from oracle.asm.mutants import mutant
from oracle.asm.watched import ReadWatch, Result, Sandbox, Trial
from ring3.asm import SourceTree
from ring3.asm.source import read_text

SEED = 3
SLICE = range(600)


def test_hostile_sources_end_in_an_object_as_gnu_as_makes_it_or_in_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    overview = Overview(SEED, compare=1, folder=tmp_path)
    overview.run(SLICE, float("inf"), workers=1)
    shown = capsys.readouterr().out
    assert not overview.tally.findings, shown
    assert overview.tally.inputs == len(SLICE), shown
    assert overview.tally.accepted > len(SLICE) // 50, shown
    assert len(overview.tally.codes) > 50, shown


def test_a_seed_and_a_number_always_give_the_same_source() -> None:
    first = [mutant(SEED, number) for number in range(50)]
    assert first == [mutant(SEED, number) for number in range(50)]
    assert first != [mutant(SEED + 1, number) for number in range(50)]


# -- the watch ---------------------------------------------------------------------------


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trial:
    monkeypatch.setenv("RING3_CACHE", "")  # Trial sets it for good
    return Trial(tmp_path)


def finding(result: Result) -> str:
    assert result.finding is not None
    return result.finding.signature


def test_every_way_to_open_a_file_outside_is_seen(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside").write_text("secret")
    (tmp_path / "inside" / "link").symlink_to("../outside")
    outside = str(tmp_path / "outside")
    ways: list[Callable[[], object]] = [
        (tmp_path / "outside").read_text,
        (tmp_path / "inside" / ".." / "outside").read_bytes,
        (tmp_path / "inside" / "link").read_bytes,
        lambda: os.close(os.open(outside, os.O_RDONLY)),
        lambda: os.close(os.open(os.fsencode(outside), os.O_RDONLY)),
        lambda: list(tmp_path.iterdir()),
        lambda: list(os.scandir(tmp_path)),
        lambda: socket.create_server(("127.0.0.1", 0)).close(),
        lambda: os.system("true"),
    ]
    watch = ReadWatch(tmp_path / "inside")
    for way in ways:
        with watch.watching():
            way()
        assert watch.seen, way


def test_what_lies_inside_may_be_opened(tmp_path: Path) -> None:
    (tmp_path / "fine").write_text("fine")
    watch = ReadWatch(tmp_path)
    with watch.watching():
        (tmp_path / "fine").read_text()
    assert watch.seen == []
    (tmp_path.parent / f"{tmp_path.name}-beside").write_text("a name that only begins the same")
    with watch.watching():
        (tmp_path.parent / f"{tmp_path.name}-beside").read_text()
    assert len(watch.seen) == 1


def test_an_assembler_that_reads_what_it_is_told_to_is_found_out(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(_tree: SourceTree, name: str, _including: Path | None) -> tuple[str, Path | None]:
        return read_text(Path(name)), Path(name)

    monkeypatch.setattr(SourceTree, "find", find)
    result = trial.run('.include "/etc/hostname"')
    assert finding(result) == "reads outside: open /etc/hostname"


@pytest.mark.parametrize(
    "name",
    ["../outside/secret.inc", "/etc/hostname", "link.inc", "linked/secret.inc", "pipe.inc",
     "device.inc", "proc.inc", "circle.inc", "dangling.inc", "folder.inc", ".", "a" * 300],
    ids=lambda name: name[:24],
)  # fmt: skip
def test_no_name_leads_an_include_out_of_the_folders(trial: Trial, name: str) -> None:
    assert trial.run(f'.include "{name}"').codes == ("include-failed",)


def test_an_exception_that_is_not_ours_is_a_finding(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("oracle.asm.watched.write_object", raising)
    assert finding(trial.run("")).startswith("ZeroDivisionError")


def test_a_source_that_takes_too_much_time_is_a_finding(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forever(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr("oracle.asm.watched.write_object", forever)
    monkeypatch.setattr("oracle.asm.watched.MOST_SECONDS", 0.05)
    assert finding(trial.run("")).startswith("TooMuchTime")


def test_other_bytes_than_those_of_gnu_as_are_a_finding(trial: Trial) -> None:
    made = trial.run("nop").made
    assert made is not None
    assert trial.compared("nop", made).finding is None
    assert finding(trial.compared("ret", made)).startswith("GNU as: bytes of .text")


def test_a_worker_that_dies_is_a_finding_and_the_rest_goes_on(tmp_path: Path) -> None:
    dies = (sys.executable, "-c", "import os; os.kill(os.getpid(), 11)")
    overview = Overview(SEED, compare=0, folder=tmp_path, worker=dies)
    overview.run(range(3), float("inf"), workers=1)
    assert overview.tally.findings == {"the worker died: SIGSEGV": 3}
    assert overview.tally.inputs == 3
    assert len(list(tmp_path.glob("*.s"))) == 3


def test_the_sandbox_has_every_way_out(tmp_path: Path) -> None:
    inside = Sandbox(tmp_path).inside
    assert (inside / "link.inc").read_text() == "secret: .byte 42\n"
    assert (inside / "pipe.inc").is_fifo()
    assert (inside / "device.inc").is_char_device()
