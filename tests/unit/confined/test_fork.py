"""Builds in a fork of the process that asks: the same walls as around a fresh one."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from ring3.confined import CrashError, LimitError, Limits, landlock
from ring3.confined.message import Answer
from ring3.confined.supervise import fork
from ring3.diagnostic import Ring3Error

NOTHING = Answer({}, {})


def test_a_fork_answers_with_what_its_parent_had_loaded() -> None:
    loaded = bytes(range(256))
    answer = fork(lambda: Answer({"file": loaded}, {"text": "é"}), Limits())
    assert (answer.file("file"), answer.text("text")) == (loaded, "é")


def test_an_error_of_a_fork_is_raised_in_its_parent() -> None:
    def wrong() -> Answer:
        raise Ring3Error("wrong", help="right")

    with pytest.raises(Ring3Error) as caught:
        fork(wrong, Limits())
    assert (caught.value.message, caught.value.help) == ("wrong", "right")


def test_a_fork_that_crashes_takes_nobody_with_it() -> None:
    def crash() -> Answer:
        os.kill(os.getpid(), signal.SIGSEGV)
        return NOTHING

    with pytest.raises(CrashError, match="SIGSEGV"):
        fork(crash, Limits())


def test_a_fork_without_end_is_ended_by_its_limit_of_processor_time() -> None:
    def spin() -> Answer:
        while True:
            pass

    with pytest.raises(LimitError) as caught:
        fork(spin, Limits(cpu_seconds=1))
    assert caught.value.limit == "cpu_seconds"


def test_a_fork_that_fills_memory_is_ended_by_its_limit() -> None:
    with pytest.raises(LimitError) as caught:
        fork(lambda: Answer({"file": bytes(8 << 30)}, {}), Limits())
    assert caught.value.limit == "memory"


def test_a_fork_that_fails_says_so_and_never_goes_on_as_its_parent() -> None:
    parent = os.getpid()

    def fail() -> Answer:
        raise KeyError("the key")

    with pytest.raises(Ring3Error, match="the key"):
        fork(fail, Limits())
    assert os.getpid() == parent


def test_a_fork_has_none_of_its_parent_s_files(tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as secret:

        def write() -> Answer:
            os.write(secret.fileno(), b"overwritten")
            return NOTHING

        with pytest.raises(Ring3Error, match="Bad file descriptor"):
            fork(write, Limits())
    assert (tmp_path / "secret").read_bytes() == b""


# -- the files that it may open ------------------------------------------------------------


def reading(path: Path, limits: Limits) -> bytes:
    return fork(lambda: Answer({"file": path.read_bytes()}, {}), limits).file("file")


@pytest.fixture
def held(tmp_path: Path) -> Limits:
    """Limits that leave one folder; without Landlock there is nothing to test."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own/source").write_text("mine")
    (tmp_path / "secret").write_text("theirs")
    (tmp_path / "own/link").symlink_to(tmp_path / "secret")
    if not landlock.version():
        pytest.xfail("this Linux has no Landlock, and nobody can install it")
    return Limits(folders=(str(tmp_path / "own"), str(tmp_path / "there is none")))


def test_a_fork_reads_below_its_folders(held: Limits, tmp_path: Path) -> None:
    assert reading(tmp_path / "own/source", held) == b"mine"


@pytest.mark.parametrize("path", ["secret", "own/../secret", "own/link", "/etc/passwd"])
def test_a_fork_reads_nothing_else_by_whatever_path(
    path: str, held: Limits, tmp_path: Path
) -> None:
    with pytest.raises(Ring3Error, match="Permission denied"):
        reading(tmp_path / path, held)


def test_a_fork_that_is_held_to_folders_writes_nowhere(held: Limits, tmp_path: Path) -> None:
    def write() -> Answer:
        (tmp_path / "own/more").write_text("x")
        return NOTHING

    with pytest.raises(Ring3Error, match="Permission denied"):
        fork(write, held)
    assert not (tmp_path / "own/more").exists()
