"""--strace: the kernel shows a program's calls in the words of strace itself."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from boot import fuzzing
from boot.stock_system import StockSystem
from commands import ring3
from ring3.machine import Outcome

# The door, the call.  The kernel's other lines have lower-case words before a colon or a blank.
CALL = re.compile(r"^ring3: (INT 0x80|SYSCALL|vDSO|vsyscall) +(.*)$", re.MULTILINE)

EXEC_ITSELF = Path(__file__).parent / "programs" / "exec_itself.s"

# These make the same calls wherever they run.
PROGRAMS = ["hello", "brk", "enosys", "efault"]


def calls(outcome: Outcome) -> list[tuple[str, str]]:
    """(door, call) of each line."""
    return CALL.findall(outcome.voice.decode())


def masked(line: str) -> str:
    """Without what differs between two runs: addresses, and the blanks before the result."""
    return re.sub(r" +(= \S+)", r" \1", re.sub(r"0x[0-9a-f]{4,}", "ADDRESS", line), count=1)


@pytest.mark.parametrize("program", PROGRAMS)
def test_calls_are_shown_as_strace_shows_them_on_linux(boot: StockSystem, program: str) -> None:
    file = boot.folder / program
    file.write_bytes(next(p.data for p in boot.system.programs if p.name == program))
    file.chmod(0o755)
    traced = subprocess.run(
        ["strace", "-e", "signal=none", "-o", boot.folder / "strace", file],
        env={"HOME": "/", "TERM": "linux"},
        capture_output=True,
        check=True,
    )
    assert traced.stdout
    execve, *here, _ = (boot.folder / "strace").read_text().splitlines()
    assert execve.startswith("execve(")
    # strace says of which kind a process is, between the calls, when it changes.
    here = [masked(line) for line in here if not line.startswith(("[", "strace:"))]
    outcome = boot(str(file), append="ring3.strace")
    assert [masked(call) for _, call in calls(outcome)] == here, outcome.report()


def test_execve_is_shown_as_strace_shows_it_whether_it_fails_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bin").mkdir()
    assert ring3("asm", EXEC_ITSELF, "-o", "bin/exec_itself").returncode == 0
    subprocess.run(["strace", "-o", "strace", "bin/exec_itself"], env={}, check=True)
    _, *here, _ = (tmp_path / "strace").read_text().splitlines()
    assert [line.endswith("= 0") for line in here] == [False, True, False]

    ended = ring3("run", "--strace", "bin/exec_itself")
    there = [call for _, call in CALL.findall(ended.stderr.decode())]
    assert [masked(line) for line in there] == [masked(line) for line in here]


def test_structures_are_shown_as_strace_shows_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bin").mkdir()
    source = EXEC_ITSELF.with_name("structures_shown.s")
    assert ring3("asm", source, "-o", "bin/structures_shown").returncode == 0
    subprocess.run(["strace", "-o", "strace", "bin/structures_shown"], check=True)
    _, *here, _, _ = (tmp_path / "strace").read_text().splitlines()

    ended = ring3("run", "--strace", "bin/structures_shown")
    *there, _ = [call for _, call in CALL.findall(ended.stderr.decode())]

    def comparable(line: str) -> str:
        """Without the root's size and the system's name, which are each world's own."""
        line = re.sub(r'(?<="/", \{st_mode=S_IFDIR\|0755, st_size=)\d+', "SIZE", line)
        return masked(re.sub(r'nodename="[^"]*"', "NODE", line))

    assert [comparable(line) for line in there] == [comparable(line) for line in here]


def test_each_call_says_by_which_door_it_came(boot: StockSystem) -> None:
    found = calls(boot("enosys", append="ring3.strace"))
    unknown = [door for door, call in found if call.startswith("syscall_")]
    assert unknown == ["SYSCALL"] * 7 + ["INT 0x80"] * 7


def test_calls_inside_the_vdso_are_marked_and_hostile_arguments_are_no_danger(
    boot: StockSystem,
) -> None:
    outcome = boot("fuzz", "1", "3000", append="ring3.strace")
    assert outcome.status == 0, outcome.report()
    found = calls(outcome)
    assert {door for door, _ in found} == {"SYSCALL", "INT 0x80", "vDSO"}
    # What the vDSO's page does not answer is asked of the kernel, from inside the vDSO.
    inside = {call.partition("(")[0] for door, call in found if door == "vDSO"}
    assert inside == {"clock_gettime", "clock_getres"}


@pytest.mark.parametrize("cpu", fuzzing.DOORS32.values())
def test_calls_by_the_fast_door_of_32_bit_code_are_marked_and_no_danger_either(
    boot: StockSystem, cpu: str
) -> None:
    outcome = boot("fuzz32", "1", "2000", append="ring3.strace", cpu=f"{cpu},check=off")
    assert outcome.status == 0, outcome.report()
    found = calls(outcome)
    assert {door for door, _ in found} == {"vsyscall", "INT 0x80"}
    assert sum(door == "vsyscall" for door, _ in found) > len(found) / 2


def test_a_call_that_never_returns_is_shown_before_the_program_s_end(boot: StockSystem) -> None:
    lines = boot("status", "7", append="ring3.strace").voice.decode().splitlines()
    assert re.fullmatch(r"ring3: SYSCALL   exit_group\(7\) {27}= \?", lines[-2])
    assert lines[-1] == "ring3: exit status=7"


def test_a_program_s_output_is_the_same_with_strace_and_without() -> None:
    traced, plain = (ring3("run", *option, "hello") for option in (["--strace"], []))
    assert (traced.stdout, traced.returncode) == (plain.stdout, plain.returncode)
    assert b'write(1, "Hello from ring 3!\\n' in traced.stderr
    assert b"write(" not in plain.stderr


def test_strace_and_an_image_of_its_own_command_line_exclude_each_other() -> None:
    ended = ring3("run", "--strace", "--image", "ring3.img")
    assert ended.returncode == 2
    assert b"--append ring3.strace" in ended.stderr
