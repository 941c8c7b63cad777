"""``ring3 run`` on machines other than the usual one, as a user types it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from commands import errors, ring3


@pytest.mark.parametrize("machine", ["bochs-intel", "q35-uefi"])
def test_a_program_runs_where_it_needs_an_image_made_for_it(machine: str) -> None:
    ran = ring3("run", "--machine", machine, "status", "42")
    assert ran.returncode == 42, errors(ran)
    assert b"ring3: exit status=42\n" in ran.stderr
    assert ran.stdout == b""


def test_stdin_reaches_a_program_on_bochs_and_its_line_is_told_when_it_is_killed() -> None:
    ran = ring3("run", "--machine", "bochs-amd", "echo", stdin=b"hello\n")
    assert (ran.returncode, ran.stdout) == (0, b"hello\n"), errors(ran)
    killed = ring3("run", "--machine", "bochs-amd", "divide")
    assert killed.returncode == 128 + signal.SIGFPE
    assert "ring3 run: rip 0x401009 is _start+0x9 in bin/divide" in errors(killed)


def test_a_time_limit_and_json_are_on_bochs_as_on_qemu(tmp_path: Path) -> None:
    late = ring3("run", "--machine", "bochs-intel", "--timeout", "3", "--json", "loop")
    told = json.loads(late.stdout)
    assert (late.returncode, told["outcome"], told["exit_code"]) == (124, "timeout", 124)
    assert told["command"][0] == "bochs-bin"
    kept = Path(told["kept"])
    assert {"console", "voice", "command", "disk.img"} <= {path.name for path in kept.iterdir()}


def test_control_c_ends_bochs_with_status_130() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ring3", "run", "--machine", "bochs-intel", "loop"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        heard = b""
        while b"Round and round.\n" not in heard:
            assert select.select([process.stdout], [], [], 120)[0], heard
            fresh = os.read(process.stdout.fileno(), 4096)
            assert fresh, heard
            heard += fresh
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 130


def test_memory_cpus_and_cpu_of_one_run_are_not_the_machine_s() -> None:
    ran = ring3("run", "--memory", "48M", "--cpus", "2", "--cpu", "Nehalem,check=off", "hello")
    assert ran.returncode == 0, errors(ran)
    assert ", 48 MiB, " in errors(ran)
    assert "ring3: cpu GenuineIntel" in errors(ran)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--memory", "48"], "memory must be a size with its unit"),
        (["--memory", "1M"], "a kernel lies from 1 MiB on, and this machine has 1M"),
        (["--machine", "bochs-amd", "--cpus", "2"], "the machine `bochs-amd` has one CPU"),
        (["--machine", "bochs-amd", "--accel", "kvm"], "KVM runs guests of QEMU's"),
        (["--machine", "bochs-amd", "--deterministic"], "no two runs of Bochs are the same"),
        (["--machine", "bochs-amd", "--gdb"], "Bochs does not listen to gdb"),
        (["--machine", "bosch-amd"], "there is no machine `bosch-amd`"),
    ],
)
def test_what_a_machine_cannot_is_refused_before_it_starts(
    words: list[str], complaint: str
) -> None:
    ran = ring3("run", *words, "hello")
    assert ran.returncode == 125
    assert complaint in errors(ran)
    assert ran.stdout == b""


def test_an_image_takes_the_machine_that_it_needs_and_no_other(tmp_path: Path) -> None:
    built = ring3("image", "status", "--format", "efi", "-o", "status.efi", cwd=tmp_path)
    assert built.returncode == 0, errors(built)
    refused = ring3("run", "--machine", "pc", "--image", "status.efi", cwd=tmp_path)
    assert refused.returncode == 125
    assert (
        "the machine `pc` cannot boot status.efi: "
        "it has a BIOS, and the image has a way for UEFI alone\n  help: --machine q35-uefi can"
    ) in errors(refused)
    ran = ring3("run", "--image", "status.efi", cwd=tmp_path)
    assert ran.returncode == 2, errors(ran)  # it wants an argument
    assert "ring3: booted by the EFI loader" in errors(ran)


def test_a_machine_of_the_user_s_lies_in_the_workspace_or_anywhere(tmp_path: Path) -> None:
    (tmp_path / "ring3.toml").write_text("")
    (tmp_path / "tiny.toml").write_text('extends = "microvm"\nmemory = "24M"\n')
    for name in ("tiny", "./tiny.toml"):
        ran = ring3("run", "--machine", name, "hello", cwd=tmp_path)
        assert ran.returncode == 0, errors(ran)
        assert ", 24 MiB, " in errors(ran)
    (tmp_path / "tiny.toml").write_text('extends = "microvm"\n\nmemmory = "24M"\n')
    wrong = ring3("run", "--machine", "tiny", "hello", cwd=tmp_path)
    assert wrong.returncode == 125
    assert "`memmory` is not a key of a machine" in errors(wrong)
    assert "did you mean `memory`?" in errors(wrong)


def test_an_accelerator_that_is_found_out_says_so_in_one_line_at_most() -> None:
    ran = ring3("run", "--accel", "auto", "hello")
    assert ran.returncode == 0, errors(ran)
    own = [line for line in errors(ran).splitlines() if not line.startswith("ring3: ")]
    assert len(own) <= 1
    assert all(line.startswith("ring3 run: TCG is used, since ") for line in own)
