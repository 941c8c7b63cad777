"""Images as a user asks for them: every format, what is refused, and that nothing is left half."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from commands import PATIENCE, errors, ring3
from ring3.image.kind import image_kind

FORMATS = {
    "disk": ("ring3.img", ()),
    "disk, efi": ("ring3.img", ("--efi",)),
    "iso": ("ring3.iso", ("--format", "iso")),
    "efi": ("ring3-efi.img", ("--format", "efi")),
    "kernel": ("ring3-kernel", ("--format", "kernel")),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_built_under_its_own_name_and_describes_itself(
    name: str, tmp_path: Path
) -> None:
    output, words = FORMATS[name]
    built = ring3("image", "hello", *words, "--append", "ring3.seed=3", "--json", cwd=tmp_path)
    assert built.returncode == 0, errors(built)
    assert [path.name for path in tmp_path.iterdir()] == [output]
    told = json.loads(built.stdout)
    ended = ring3("image", "--describe", output, "--json", cwd=tmp_path)
    assert ended.returncode == 0, errors(ended)
    described = json.loads(ended.stdout)
    assert described["format"] == told["format"] == name.partition(",")[0]
    assert described["size"] == told["size"]
    assert described["initrd"]["init"]["arguments"] == ["hello"]
    assert [one["path"] for one in described["initrd"]["members"]] == [
        one["path"] for one in told["initrd"]["programs"]
    ]
    if name == "kernel":
        segments = described["kernel"]["segments"]
    else:
        kind = image_kind(tmp_path / output)
        assert (kind.bios, kind.uefi) == (described["bios"], described["uefi"])
        assert (kind.bios, kind.uefi) == (name != "efi", name != "disk")
        assert {one["command_line"] for one in described["loaders"]} == {"ring3.seed=3"}
        segments = described["loaders"][0]["loads"][:-1]
    assert [one["memory_size"] for one in segments] == [
        one["size"] for one in told["kernel"]["segments"]
    ]


BUILD_ALL = """
import hashlib, json, sys, time
from pathlib import Path
clock = time.time
time.time = lambda: clock() + 100_000_000 * float(sys.argv[1])
from ring3.cli.image import image
for output, words in json.loads(sys.argv[2]):
    image.main(["hello", "-o", output, *words], "image", standalone_mode=False)
for path in sorted(path for path in Path().rglob("*") if path.is_file()):
    print(path, hashlib.sha256(path.read_bytes()).hexdigest(), file=sys.stderr)
"""


def test_the_same_sources_give_the_same_bytes_wherever_and_whenever(tmp_path: Path) -> None:
    """Another folder, another year, another time zone, other hashes: the same images."""
    formats = [(f"image-{number}", words) for number, (_, words) in enumerate(FORMATS.values())]
    outputs = []
    for number, zone in enumerate(("UTC", "Asia/Kathmandu")):
        folder = tmp_path / f"folder-{number}"
        folder.mkdir()
        variables = {"PYTHONHASHSEED": str(number), "TZ": zone, "HOME": str(folder)}
        ended = subprocess.run(
            [sys.executable, "-c", BUILD_ALL, str(number), json.dumps(formats)],
            cwd=folder,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        outputs.append(ended.stderr)
    assert outputs[0].count("\n") == 6
    assert outputs[0] == outputs[1]


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))


@pytest.mark.parametrize("name", ["iso", "kernel"])
def test_a_disk_that_is_full_leaves_what_was_there_and_nothing_half(
    name: str, tmp_path: Path
) -> None:
    """A limit on the size of files stops the write in the middle, as a full disk does."""
    output, words = FORMATS[name]
    old = tmp_path / output / "initrd.tar" if name == "kernel" else tmp_path / output
    old.parent.mkdir(exist_ok=True)
    old.write_bytes(b"old")
    ended = subprocess.run(
        [sys.executable, "-m", "ring3", "image", "hello", *words],
        cwd=tmp_path,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=limited,
    )
    assert ended.returncode == 1
    assert f"error: cannot write {'to ' if name == 'kernel' else ''}{output}: " in errors(ended)
    assert "help: " in errors(ended)
    assert old.read_bytes() == b"old"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [old]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--efi", "--format", "iso"), "--efi is for --format disk"),
        (("--format", "floppy"), "'floppy' is not one of"),
        (("--describe", "x", "hello"), "--describe builds nothing"),
    ],
)
def test_words_that_contradict_each_other_are_a_usage_error(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    ended = ring3("image", *words, cwd=tmp_path)
    assert ended.returncode == 2
    assert said in errors(ended)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_described_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"nothing that boots")
    for file, said in (
        ("notes.txt", "notes.txt is not a bootable image"),
        ("nothing", "cannot read nothing: No such file or directory"),
        (".", "is a folder without kernel.elf and initrd.tar"),
    ):
        ended = ring3("image", "--describe", file, cwd=tmp_path)
        assert ended.returncode == 1
        assert errors(ended).startswith("error: ")
        assert said in errors(ended)


def test_a_workspace_that_names_no_format_is_told_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "ring3.toml").write_text('[image]\nformat = "isso"\n')
    ended = ring3("image", cwd=tmp_path)
    assert ended.returncode == 1
    assert '`format` must be "disk" or "iso" or "efi" or "kernel", not \'isso\'' in errors(ended)
    assert "did you mean `iso`?" in errors(ended)
    (tmp_path / "ring3.toml").write_text("[image]\nefi = 1\n")
    assert "`efi` must be true or false, not 1" in errors(ring3("image", cwd=tmp_path))


def test_a_warning_is_told_until_its_cause_is_gone(tmp_path: Path) -> None:
    """A build of which all is remembered tells it as well."""
    program = tmp_path / "program.s"
    text = (
        "    .intel_syntax noprefix\n    .global _start\n_start:\n"
        '    .warning "mind the step"\n    ret\n'
    )
    program.write_text(text)
    for command in ("asm", "image", "asm", "image"):
        built = ring3(command, program, "-o", tmp_path / command, cwd=tmp_path)
        assert built.returncode == 0, errors(built)
        assert errors(built).count("warning[warning-directive]: mind the step") == 1
        assert "program.s:4:5" in errors(built)
    program.write_text(text.replace("    .warning", "    # .warning"))
    built = ring3("asm", program, "-o", tmp_path / "asm", cwd=tmp_path)
    assert (built.returncode, errors(built)) == (0, "")
