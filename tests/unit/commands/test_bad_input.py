"""What bad input gets: one clear message on stderr, the documented status, and no file."""

from __future__ import annotations

import json
import os
import re
import struct
from pathlib import Path

import pytest

from commands import errors, ring3
from ring3.pipeline import link_program
from ring3.workspace import Workspace

HEAD = "    .intel_syntax noprefix\n    .text\n    .global _start\n_start:\n"


def source(folder: Path, body: str, name: str = "program.s") -> Path:
    path = folder / name
    path.write_text(HEAD + body, encoding="utf-8")
    return path


@pytest.fixture
def elf(tmp_path: Path) -> bytearray:
    """A program that is right."""
    return bytearray(link_program([source(tmp_path, "    ret\n", "right.s")], Workspace()).data)


def assert_refused(folder: Path, program: Path, *messages: str) -> None:
    """Both ways of using a program refuse it, each with its status, and leave nothing behind."""
    before = set(folder.iterdir())
    image = ring3("image", program, "-o", folder / "ring3.img", cwd=folder)
    assert image.returncode == 1, errors(image)
    assert image.stdout == b""
    ran = ring3("run", program, cwd=folder)
    assert ran.returncode == 125, errors(ran)
    for text in (errors(image), errors(ran)):
        for message in messages:
            assert re.search(message, text), text
    assert set(folder.iterdir()) == before


def test_five_errors_in_one_source_are_all_reported_with_their_places(tmp_path: Path) -> None:
    program = source(
        tmp_path,
        "    mov rax, [rbx\n"
        "    frobnicate rax\n"
        "    nop\n"
        "    mov al, rbx\n"
        "    .balgn 8\n"
        "    push 0x123456789abcdef\n",
    )
    assert_refused(tmp_path, program, *(rf"program\.s:{n}:\d+" for n in (5, 6, 8, 9, 10)))
    assert "5 errors" in errors(ring3("image", program, cwd=tmp_path))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("    frobnicate\n", r"program\.s:5:5"),
        ("    jecxz far_away\n    .skip 200\nfar_away:\n", r"program\.s:5:\d+"),
        ("    call nobody\n", r"undefined symbol `nobody`[\s\S]*program\.s:5:\d+"),
        ("here:\nhere:\n", r"`here`[\s\S]*program\.s:6:1"),
        ('    .include "../../../../etc/passwd"\n', r"program\.s:5:\d+"),
        ('    .include "/etc/passwd"\n', r"program\.s:5:\d+"),
        ("    mov rax, ((((((((\n", r"program\.s:5:\d+"),
    ],
)
def test_an_error_in_a_source_names_file_line_and_column(
    tmp_path: Path, body: str, message: str
) -> None:
    assert_refused(tmp_path, source(tmp_path, body), message)


def test_a_symbol_that_two_files_define_is_reported_with_both_places(tmp_path: Path) -> None:
    one = source(tmp_path, "    ret\n", "one.s")
    two = source(tmp_path, "    ret\n", "two.s")
    ended = ring3("asm", one, two, "-o", tmp_path / "out", cwd=tmp_path)
    assert ended.returncode == 1
    text = errors(ended)
    assert "_start" in text
    assert "one.s:4:1" in text
    assert "two.s:4:1" in text
    assert not (tmp_path / "out").exists()


def test_what_is_no_program_is_refused_by_what_it_is(tmp_path: Path, elf: bytearray) -> None:
    program = tmp_path / "program"

    program.write_bytes(b"#!/bin/sh\necho hello\n")
    assert_refused(tmp_path, program, "not an ELF")

    program.write_bytes(elf[: len(elf) // 3])
    assert_refused(tmp_path, program, "truncated|cut off|ends")

    arm = bytearray(elf)
    struct.pack_into("<H", arm, 18, 183)  # e_machine: EM_AARCH64
    program.write_bytes(arm)
    assert_refused(tmp_path, program, "(?i)arm|aarch64")


def test_a_dynamic_program_is_refused_with_the_way_to_a_static_one(tmp_path: Path) -> None:
    dynamic = tmp_path / "program"
    dynamic.write_bytes(Path("/bin/ls").read_bytes())
    assert_refused(tmp_path, dynamic, "dynamic", "-static")


def test_a_program_that_fills_all_memory_is_too_large_for_a_disk(
    tmp_path: Path, elf: bytearray
) -> None:
    """A sparse file of 2 GiB, the end of what the disk's loader can fill."""
    program = tmp_path / "program"
    program.write_bytes(elf)
    os.truncate(program, 2**31)
    ended = ring3("image", program, "-o", tmp_path / "ring3.img", cwd=tmp_path)
    assert ended.returncode == 1
    assert "too large" in errors(ended)
    assert not (tmp_path / "ring3.img").exists()


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nowhere/ring3.img", "No such file or directory"),
        ("file/ring3.img", "Not a directory"),
        ("/dev/full", "No space left on device"),
        ("folder", "Is a directory"),
    ],
)
def test_an_output_that_cannot_be_written_says_why_and_what_to_do(
    tmp_path: Path, target: str, message: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    ended = ring3("image", "hello", "-o", target, cwd=tmp_path)
    assert ended.returncode == 1
    assert f"cannot write {target}: {message}" in errors(ended)
    assert "help: " in errors(ended)


@pytest.mark.parametrize(
    "words",
    [
        ("image", "--format", "floppy"),
        ("run", "--no-such-option"),
        ("run", "--timeout", "0", "hello"),
        ("run", "--env", "NOVALUE", "hello"),
        ("run", "--image", "ring3.img", "hello"),
        ("asm",),
        ("frobnicate",),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_says_how_to_get_help(words: tuple[str, ...]) -> None:
    ended = ring3(*words)
    assert ended.returncode == 2, errors(ended)
    assert "Usage: " in errors(ended)
    assert ended.stdout == b""


def test_an_unknown_program_or_machine_names_the_nearest(tmp_path: Path) -> None:
    ended = ring3("run", "dors", cwd=tmp_path)
    assert (ended.returncode, "did you mean `doors`?" in errors(ended)) == (125, True)
    ended = ring3("run", "--machine", "microwm", "hello", cwd=tmp_path)
    assert (ended.returncode, "did you mean `microvm`?" in errors(ended)) == (125, True)


@pytest.mark.parametrize("name", ["nosuch.s", "./nosuch", "programs/nosuch"])
def test_a_file_that_is_not_there_is_called_a_file(tmp_path: Path, name: str) -> None:
    ended = ring3("image", name, cwd=tmp_path)
    assert ended.returncode == 1
    assert errors(ended) == f"error: there is no file {name}\n"


def test_two_programs_of_one_name_cannot_both_be_in_an_image(tmp_path: Path) -> None:
    own = source(tmp_path, "    ret\n", "hello.s")
    ended = ring3("image", own, cwd=tmp_path)
    assert ended.returncode == 1
    assert "bin/hello" in errors(ended)
    assert "rename" in errors(ended)


def test_a_missing_qemu_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    ended = ring3("run", "hello", cwd=tmp_path, env={"PATH": str(tmp_path)})
    assert ended.returncode == 125
    assert "qemu-system-x86_64" in errors(ended)
    assert "apt" in errors(ended)


def test_options_that_exclude_each_other_are_refused_and_leave_no_folder(tmp_path: Path) -> None:
    words = ("run", "--accel", "kvm", "--deterministic", "hello")
    ended = ring3(*words, cwd=tmp_path, env={"TMPDIR": str(tmp_path)})
    assert ended.returncode == 125
    assert "needs TCG" in errors(ended)
    assert list(tmp_path.iterdir()) == []


def test_the_summary_is_one_json_object_on_request(tmp_path: Path) -> None:
    ended = ring3("image", "hello", "--json", "-o", tmp_path / "ring3.img", cwd=tmp_path)
    assert ended.returncode == 0, errors(ended)
    described = json.loads(ended.stdout)
    assert described["size"] == (tmp_path / "ring3.img").stat().st_size
    assert described["init"] == ["hello"]
    assert "bin/hello" in {program["path"] for program in described["initrd"]["programs"]}


def test_a_command_that_is_none_gets_the_nearest_one() -> None:
    ended = ring3("bnech")
    assert ended.returncode == 2
    assert "No such command 'bnech': did you mean `bench`?" in errors(ended)


@pytest.mark.parametrize("words", [("bench", "--linux"), ("debug", "--batch")])
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    words: tuple[str, str], tmp_path: Path
) -> None:
    ended = ring3(*words, str(tmp_path))
    assert ended.returncode == 1
    assert f"{tmp_path}: Is a directory" in errors(ended)


def test_what_is_no_linux_kernel_is_refused_before_it_is_booted(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("not a kernel\n" * 100)
    ended = ring3("bench", "--linux", str(tmp_path / "notes"))
    assert ended.returncode == 1
    assert "notes is no Linux kernel" in errors(ended)
    assert "name a bzImage" in errors(ended)
