"""Taking in what a student handed in: every way of packing it, and every trick with an archive."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ring3.course import batch, report, submission
from ring3.course.result import Result, load, save
from ring3.course.submission import RefusedError, Submission, read_submission
from ring3.diagnostic import Ring3Error

GATE = "kernel/entry/int80.s"
REQUIRED = (GATE,)
SOURCE = b"    iretq\n"

Pack = Callable[[Path, Mapping[str, bytes]], Path]


def folder(place: Path, files: Mapping[str, bytes]) -> Path:
    top = place / "ada"
    for name, data in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    top.mkdir(exist_ok=True)
    return top


def zipped(place: Path, files: Mapping[str, bytes]) -> Path:
    path = place / "ada.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


COMPRESS: Mapping[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}


def tarred(suffix: str) -> Pack:
    def pack(place: Path, files: Mapping[str, bytes]) -> Path:
        plain = io.BytesIO()
        with tarfile.open(fileobj=plain, mode="w") as archive:
            for name, data in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        path = place / f"ada.tar{suffix}"
        path.write_bytes(COMPRESS[suffix](plain.getvalue()))
        return path

    return pack


PACKS = [folder, zipped, *map(tarred, COMPRESS)]
every_pack = pytest.mark.parametrize(
    "pack", PACKS, ids=["folder", "zip", "tar", "tar.gz", "tar.bz2", "tar.xz"]
)


def taken(path: Path) -> Submission:
    return read_submission(path, REQUIRED, ("kernel/notes.txt",))


@every_pack
def test_the_files_of_the_assignment_are_found_in_every_packing(pack: Pack, tmp_path: Path) -> None:
    found = taken(pack(tmp_path, {GATE: SOURCE, "kernel/notes.txt": b"hello"}))
    assert found == Submission("ada", {GATE: SOURCE, "kernel/notes.txt": b"hello"})


@every_pack
def test_one_folder_around_everything_does_not_matter(pack: Pack, tmp_path: Path) -> None:
    assert taken(pack(tmp_path, {f"my work/{GATE}": SOURCE})).files == {GATE: SOURCE}


def test_the_digest_is_of_the_files_and_not_of_their_packing(tmp_path: Path) -> None:
    digests = {taken(pack(tmp_path, {GATE: SOURCE})).digest for pack in PACKS}
    assert len(digests) == 1
    assert taken(zipped(tmp_path, {GATE: SOURCE + b"#"})).digest not in digests


@every_pack
def test_a_file_too_many_is_ignored_with_a_note(pack: Pack, tmp_path: Path) -> None:
    found = taken(pack(tmp_path, {GATE: SOURCE, "kernel/cpu/idt.s": b"mine", "a.out": b"x"}))
    assert list(found.files) == [GATE]
    assert found.notes == (
        "ignored, since it is not part of the assignment: a.out, kernel/cpu/idt.s",
    )


@every_pack
def test_a_missing_file_is_named_with_what_may_be_it(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        taken(pack(tmp_path, {"entry/INT80.s": SOURCE}))
    assert refused.value.message == f"{GATE} is missing (is it entry/INT80.s?)"
    assert GATE in (refused.value.help or "")


@every_pack
def test_an_empty_submission_is_refused(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="there is no file in it"):
        taken(pack(tmp_path, {}))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"I will hand it in tomorrow", "no archive"),
        (b"\x1f\x8b" + bytes(30), "damaged"),
        (b"BZh9" + bytes(30), "damaged"),
        (b"\xfd7zXZ\0" + bytes(30), "damaged"),
        (b"PK\x05\x06" + bytes(18), "there is no file"),
    ],
)
def test_what_is_no_archive_is_refused_in_words(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "ada.zip"
    path.write_bytes(data)
    with pytest.raises(RefusedError, match=says):
        taken(path)


def test_windows_line_ends_and_a_byte_order_mark_are_mended(tmp_path: Path) -> None:
    found = taken(zipped(tmp_path, {GATE: b"\xef\xbb\xbf# gate\r\n    iretq\r\n"}))
    assert found.files[GATE] == b"# gate\n    iretq\n"
    assert len(found.notes) == 2


@pytest.mark.parametrize("name", [f"../{GATE}", f"/{GATE}", f"a/../../{GATE}", f"C:\\{GATE}"])
@pytest.mark.parametrize("pack", PACKS[1:3], ids=["zip", "tar"])
def test_a_path_out_of_the_archive_leads_nowhere(pack: Pack, name: str, tmp_path: Path) -> None:
    found = taken(pack(tmp_path, {GATE: SOURCE, name: b"hostile"}))
    assert found.files == {GATE: SOURCE}
    assert any("leads out of the archive" in note for note in found.notes)


def test_a_symbolic_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    top = folder(tmp_path, {})
    (top / "kernel/entry").mkdir(parents=True)
    (top / GATE).symlink_to("/etc/passwd")
    (top / "more").symlink_to("/etc")
    with pytest.raises(RefusedError, match="no file"):
        taken(top)


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    top = folder(tmp_path, {})
    (top / "kernel/entry").mkdir(parents=True)
    os.mkfifo(top / GATE)
    with pytest.raises(RefusedError):
        taken(top)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_a_link_or_a_device_in_a_tar_archive_is_not_a_file(kind: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ada.tar"
    with tarfile.open(path, "w") as archive:
        member = tarfile.TarInfo(GATE)
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    with pytest.raises(RefusedError):
        taken(path)


def test_a_symbolic_link_in_a_zip_archive_is_not_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ada.zip"
    with zipfile.ZipFile(path, "w") as archive:
        member = zipfile.ZipInfo(GATE)
        member.external_attr = 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    with pytest.raises(RefusedError):
        taken(path)


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz"])
def test_a_compression_bomb_is_refused_before_it_is_unpacked(suffix: str, tmp_path: Path) -> None:
    bomb = bytes(submission.UNPACKED_LIMIT + 1)
    with pytest.raises(RefusedError, match="unpacked, the archive has more than 64 MiB"):
        taken(tarred(suffix)(tmp_path, {GATE: bomb}))


def test_a_zip_bomb_is_read_no_further_than_the_limit(tmp_path: Path) -> None:
    path = zipped(tmp_path, {GATE: bytes(50 << 20)})
    assert path.stat().st_size < submission.ARCHIVE_LIMIT
    with pytest.raises(RefusedError, match="more than 1 MiB"):
        taken(path)


def test_a_zip_archive_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {GATE: bytes(5000)})
    data = path.read_bytes().replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    path.write_bytes(data)
    with pytest.raises(RefusedError, match="cannot be unpacked"):
        taken(path)


def test_a_method_of_packing_that_takes_the_memory_it_likes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ada.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(GATE, SOURCE)
    with pytest.raises(RefusedError, match="other than deflate"):
        taken(path)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "ENTRY_LIMIT", 3)
    with pytest.raises(RefusedError, match="more than 3 files or folders"):
        taken(zipped(tmp_path, {f"{n}": b"" for n in range(5)}))


def test_a_name_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    found = taken(zipped(tmp_path, {GATE: SOURCE, "\x1b[2Jclear": b""}))
    assert "\x1b" not in "".join(found.notes)


def test_a_submission_that_is_not_there_is_the_teachers_mistake(tmp_path: Path) -> None:
    with pytest.raises(Ring3Error, match="there is no submission") as error:
        taken(tmp_path / "nobody")
    assert not isinstance(error.value, RefusedError)


@pytest.mark.parametrize("name", ["-rf", "two\nlines", "\x1b[2J", "caf\udce9", "x" * 251])
def test_any_name_of_a_submission_makes_a_result_and_nothing_else(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.zip"
    zipped(tmp_path, {GATE: SOURCE}).rename(path)
    found = taken(path)
    assert len(os.fsencode(found.name)) <= submission.NAME_LIMIT
    result = Result(found.name, "A", "", "", 1, 0.0)
    saved = save(result, tmp_path / "grades")
    assert saved.parent == tmp_path / "grades"
    assert load(saved) == result
    words = report.text(result) + report.as_csv([result])
    assert all(c.isprintable() or c == "\n" for c in words)


def test_a_submission_that_is_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    ada = folder(tmp_path, {GATE: SOURCE})
    (tmp_path / "mallory").symlink_to(ada)
    with pytest.raises(RefusedError, match="symbolic link"):
        taken(tmp_path / "mallory")


def test_a_pipe_is_no_submission_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ada.zip")
    with pytest.raises(RefusedError, match="neither a folder nor an archive"):
        taken(tmp_path / "ada.zip")


def test_folders_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "ENTRY_LIMIT", 3)
    for number in range(5):
        (tmp_path / f"ada/{number}").mkdir(parents=True)
    with pytest.raises(RefusedError, match="more than 3 files or folders"):
        taken(tmp_path / "ada")


def test_links_that_lead_to_each_other_are_noted_in_one_line(tmp_path: Path) -> None:
    top = folder(tmp_path, {GATE: SOURCE})
    for number in range(9):
        (top / f"loop-{number}").symlink_to(f"loop-{(number + 1) % 9}")
    (note,) = taken(top).notes
    assert note.endswith("loop-4 and 4 more: it is a symbolic link")


def test_a_huge_file_with_holes_is_read_no_further_than_the_limit(tmp_path: Path) -> None:
    top = folder(tmp_path, {GATE: SOURCE})
    os.truncate(top / GATE, 1 << 40)
    with pytest.raises(RefusedError, match="more than 1 MiB"):
        taken(top)


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {GATE: SOURCE})
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(magic) + offset] |= 1
    path.write_bytes(data)
    with pytest.raises(RefusedError, match="encrypted"):
        taken(path)


def test_an_archive_in_an_archive_is_not_opened_and_named(tmp_path: Path) -> None:
    inner = zipped(tmp_path, {GATE: SOURCE}).read_bytes()
    with pytest.raises(RefusedError, match=r"missing \(work.zip is not opened\)"):
        taken(zipped(tmp_path, {"work.zip": inner}))


@every_pack
def test_two_solutions_side_by_side_are_refused(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="twice: in ada/ and bob/"):
        taken(pack(tmp_path, {f"{name}/{GATE}": SOURCE for name in ("ada", "bob")}))


def test_a_folder_of_submissions_stands_for_all_that_is_there(tmp_path: Path) -> None:
    course = tmp_path / "course"
    (course / "ada/kernel").mkdir(parents=True)
    (course / "wrapped/work/kernel").mkdir(parents=True)
    (course / "grades").mkdir()
    for name in ("bob.zip", "excuse.txt", ".hidden"):
        (course / name).write_text("")
    found = [path.name for path in batch.expanded([course], course / "grades")]
    assert found == ["ada", "bob.zip", "excuse.txt", "wrapped"]
    assert batch.expanded([course / "ada"], tmp_path) == [course / "ada"]
