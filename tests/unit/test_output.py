"""Results are whole or not there, and what the operating system refuses is explained."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from ring3 import output
from ring3.diagnostic import Ring3Error
from ring3.output import write_folder, write_whole


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


def test_a_device_that_is_full_is_explained() -> None:
    with pytest.raises(Ring3Error, match="No space left") as caught:
        write_whole(Path("/dev/full"), bytes(100_000))
    assert "the disk is full" in (caught.value.help or "")


FILES = {"kernel.elf": b"kernel", "initrd.tar": b"initrd"}


def test_a_folder_gets_all_of_its_files(tmp_path: Path) -> None:
    write_folder(tmp_path / "a" / "b", FILES)
    found = {path.name: path.read_bytes() for path in (tmp_path / "a" / "b").iterdir()}
    assert found == FILES


def test_a_folder_gets_none_of_its_files_when_one_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    made: list[str] = []

    def full_at_the_second(*_: object, prefix: str, dir: Path) -> tuple[int, str]:
        if made:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        made.append(prefix)
        path = dir / prefix
        return os.open(path, os.O_CREAT | os.O_WRONLY), str(path)

    monkeypatch.setattr("tempfile.mkstemp", full_at_the_second)
    with pytest.raises(Ring3Error, match=r"cannot write to .*folder: No space left"):
        write_folder(folder, FILES)
    assert not folder.exists()
    folder.mkdir()
    (folder / "kernel.elf").write_bytes(b"old")
    made.clear()
    with pytest.raises(Ring3Error, match="No space left"):
        write_folder(folder, FILES)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"kernel.elf": b"old"}


def test_a_folder_whose_name_a_file_has_is_refused_with_a_cure(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(Ring3Error, match=r"cannot make the folder .*file: File exists") as caught:
        write_folder(tmp_path / "file", FILES)
    assert "name a folder" in (caught.value.help or "")
