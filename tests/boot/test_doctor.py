"""``ring3 doctor``: what it finds on this computer, and on poorer ones."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ring3 import doctor
from ring3.diagnostic import Ring3Error
from ring3.doctor import Finding, State
from ring3.machine.firmware import PLACES, find_uefi

ROOT = Path(__file__).parents[2]
REAL_QEMU = "qemu-system-x86_64"

# What a shell needs to run the table's checks at all.
LEAST = ("sh", "sed", "printf", "env", "dirname")


def poor(folder: Path, *programs: str, **scripts: str) -> Path:
    """A folder to be all of PATH: the least, the programs named, and scripts of ours."""
    path = folder / "bin"
    path.mkdir()
    for program in (*LEAST, *programs):
        found = shutil.which(program)
        assert found is not None, program
        (path / program).symlink_to(found)
    for name, text in scripts.items():
        script = path / name.replace("_", "-").replace("x86-64", "x86_64")
        script.write_text(f"#!/bin/sh\n{text}\n")
        script.chmod(0o755)
    return path


def examine(path: Path, tmp_path: Path) -> tuple[int, dict[str, Any]]:
    """The exit status and the object that ``ring3 doctor --json`` prints with this PATH."""
    ran = subprocess.run(
        [sys.executable, "-m", "ring3", "doctor", "--json"],
        env={**os.environ, "PATH": str(path), "RING3_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert not ran.stderr, ran.stderr.decode()
    told: dict[str, Any] = json.loads(ran.stdout)
    return ran.returncode, told


def found(told: dict[str, Any], name: str) -> dict[str, Any]:
    (one,) = [finding for finding in told["findings"] if finding["name"] == name]
    return dict(one)


def test_where_the_tests_run_everything_is_there(tmp_path: Path) -> None:
    status, told = examine(Path(os.environ["PATH"]), tmp_path)
    assert (status, told["ok"]) == (0, True)
    qemu = found(told, "QEMU")
    assert qemu["state"] == "ok"
    assert re.fullmatch(r"\d+\.\d+\S*, ran a tiny guest", qemu["detail"])
    # What only `make lint` needs may come later.
    missing = {f["name"] for f in told["findings"] if f["state"] != "ok"}
    assert missing <= {"KVM", "mypy", "ruff", "types-docutils", "types-pexpect"}


def test_one_command_installs_what_is_missing_and_nothing_else(tmp_path: Path) -> None:
    path = poor(tmp_path, REAL_QEMU, "as", "ld", "readelf", apt_get="exit 1")
    status, told = examine(path, tmp_path)
    assert status == 0  # none of it is needed to run
    words = told["install"].split()
    assert words[words.index("install") - 1] == "apt-get"
    assert {"gdb", "gcc", "bochs", "bochs-term", "strace"} <= set(words)
    assert not {"qemu-system-x86", "binutils", "ovmf"} & set(words)


def test_without_qemu_nothing_runs_and_the_command_installs_it(tmp_path: Path) -> None:
    status, told = examine(poor(tmp_path, dnf="exit 1"), tmp_path)
    assert (status, told["ok"]) == (1, False)
    assert found(told, "QEMU")["state"] == "missing"
    assert "dnf install qemu-system-x86-core" in told["install"]
    assert "not tried" in found(told, "KVM")["detail"]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            "echo 'error while loading shared libraries: libfdt.so.1' >&2; exit 127",
            r"`qemu-system-x86_64 --version` fails: error while loading .* libfdt\.so\.1",
        ),
        (
            '[ "$1" = --version ] && echo QEMU emulator version 9.9.9 && exit\n'
            "echo 'qemu: could not load PC BIOS' >&2; exit 1",
            r"9\.9\.9, but it does not run a tiny guest: .*could not load PC BIOS",
        ),
    ],
)
def test_a_qemu_that_cannot_start_is_there_and_broken(
    tmp_path: Path, script: str, words: str
) -> None:
    status, told = examine(poor(tmp_path, qemu_system_x86_64=script), tmp_path)
    assert status == 1
    qemu = found(told, "QEMU")
    assert qemu["state"] == "broken"
    assert re.match(words, qemu["detail"])


def test_without_a_package_manager_there_is_no_command(tmp_path: Path) -> None:
    told = examine(poor(tmp_path), tmp_path)[1]
    # But for Python's own packages, if some are missing.
    assert told["install"] is None or "apt" not in told["install"].split("pip install")[0]


def test_the_table_for_people_says_what_each_thing_is_for() -> None:
    there = Finding("QEMU", State.OK, ("run",), "the machines", "9.9")
    broken = Finding("click", State.BROKEN, ("run",), "words")
    text = doctor.render([there, broken])
    assert "  ok       QEMU   the machines [9.9]\n" in text
    assert "There, but not working: click." in text
    assert text.endswith("until what is marked above is mended.")


def test_a_python_package_is_installed_by_the_python_that_runs_us(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    missing = Finding("click", State.MISSING, ("run",), "", packages={"pip": "click>=8.1"})
    assert doctor.install_command([missing]) == f"{sys.executable} -m pip install 'click>=8.1'"


def test_every_row_of_the_table_is_whole() -> None:
    script = (ROOT / "builder/ring3/requirements.sh").read_text()
    rows = subprocess.run(
        ["sh", "-c", '. "$1"; requirements', "sh", str(ROOT / "builder/ring3/requirements.sh")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert len(rows) > 10
    for row in rows:
        name, purposes, check, _, *packages, use = row.split("|")
        assert set(purposes.split(",")) <= {"run", "test", "lint", "docs", "extra"}, name
        assert f"\n{check.split()[0]}()" in script, name
        assert len(packages) == 4, name
        assert packages[0] != "-", name
        assert use, name


def test_setup_installs_what_the_table_says_and_explains_it_elsewhere(tmp_path: Path) -> None:
    """With no apt-get setup.sh can only say what is missing: the same as doctor's."""
    path = poor(tmp_path, "id", "cat", python3=f'exec {sys.executable} "$@"')
    ran = subprocess.run(
        ["sh", str(ROOT / "builder/setup.sh"), "run"],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "Fedora:          sudo dnf install qemu-system-x86-core\n" in ran.stderr
    assert "Arch:            sudo pacman -S qemu-system-x86\n" in ran.stderr


def test_both_tables_look_for_uefi_at_the_same_places() -> None:
    script = (ROOT / "builder/ring3/requirements.sh").read_text()
    function = script[script.index("have_ovmf() {") :]
    listed = re.findall(r"/\S+", function[: function.index("}")])
    assert listed == [code for code, _ in PLACES]
    assert str(find_uefi().code) in listed


def test_uefi_that_is_not_there_is_one_message_with_the_command() -> None:
    with pytest.raises(Ring3Error, match=r"OVMF\) is not installed") as caught:
        find_uefi(places=[("/nowhere/code", "/nowhere/vars")])
    assert "apt install ovmf" in (caught.value.help or "")
