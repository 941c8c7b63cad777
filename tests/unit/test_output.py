"""Results are whole or not there, and what the operating system refuses is explained."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from ring3 import output
from ring3.diagnostic import Ring3Error
from ring3.output import write_whole


def test_what_is_written_is_there_with_the_umask_applied(tmp_path: Path) -> None:
    target = tmp_path / "program"
    old = os.umask(0o027)
    try:
        write_whole(target, b"data", output.EXECUTABLE)
    finally:
        os.umask(old)
    assert target.read_bytes() == b"data"
    assert stat.S_IMODE(target.stat().st_mode) == 0o750


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "ring3.img"
    target.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Ring3Error, match=r"cannot write .*ring3\.img: No space left") as caught:
        write_whole(target, b"new")
    assert caught.value.help is not None
    assert "free some space" in caught.value.help
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_folder_is_named_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match=r"cannot write .*: No such file or directory") as caught:
        write_whole(tmp_path / "nowhere" / "ring3.img", b"")
    assert caught.value.help is not None
    assert "make the folder first" in caught.value.help


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match="Is a directory"):
        write_whole(tmp_path, b"")


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, b"data")
        assert os.read(reader, 100) == b"data"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
