"""``make run``'s commands as a user types them: files, streams, exit statuses."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from commands import errors, ring3
from ring3.workspace import stock

# What a boot sector may do instead of booting (its address is 0x7c00).
LOOP = b"\xfa\xeb\xfe"  # cli; 1: jmp 1b
TRIPLE_FAULT = b"\xfa\x0f\x01\x1e\x10\x7c\xcc"  # cli; lidt [0x7c10], which is zeros; int3


def test_a_disk_built_by_the_command_boots_by_the_command_typed_by_hand(tmp_path: Path) -> None:
    built = ring3("image", cwd=tmp_path)
    assert built.returncode == 0, errors(built)
    assert (tmp_path / "ring3.img").stat().st_size >= 516_096
    by_hand = subprocess.run(
        "qemu-system-x86_64 -drive format=raw,file=ring3.img -nographic -no-reboot "
        "-device isa-debug-exit,iobase=0xf4,iosize=0x04",
        shell=True,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert by_hand.returncode == 33, by_hand.stdout.decode(errors="replace")
    assert b"All checks agree" in by_hand.stdout
    # Without the debug console the kernel's voice shares the serial line.
    assert b"\nring3: exit status=0" in by_hand.stdout


def test_run_boots_an_image_and_keeps_the_two_voices_apart(tmp_path: Path) -> None:
    assert ring3("image", "hello", "-o", "own.img", cwd=tmp_path).returncode == 0
    ran = ring3("run", "--image", "own.img", cwd=tmp_path)
    assert ran.returncode == 0, errors(ran)
    assert ran.stdout.decode().startswith("Hello from ring 3!\nargc = 1\nargv[0] = hello\n")
    assert all(line.startswith("ring3: ") for line in errors(ran).splitlines())
    assert "ring3: exit status=0" in errors(ran)


def test_the_format_kernel_is_a_folder_that_qemu_boots(tmp_path: Path) -> None:
    built = ring3("image", "hello", "--format", "kernel", "-o", "out", cwd=tmp_path)
    assert built.returncode == 0, errors(built)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "initrd.tar",
        "kernel.elf",
    ]
    command = (
        "qemu-system-x86_64 -nographic -no-reboot -kernel out/kernel.elf -initrd out/initrd.tar "
        "-append 'init=/bin/status -- 5' -device isa-debug-exit,iobase=0xf4,iosize=0x04"
    )
    ran = subprocess.run(
        command,
        shell=True,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 35
    assert b"ring3: exit status=5" in ran.stdout


def test_a_user_s_own_source_runs_with_its_arguments_and_environment(tmp_path: Path) -> None:
    source = tmp_path / "own.s"
    source.write_text(
        "    .intel_syntax noprefix\n"
        '    .include "generated/syscalls.inc"\n'
        "    .text\n"
        "    .global _start\n"
        "_start:\n"
        "    mov     edi, [rsp]              # argc is the status\n"
        "    mov     eax, SYS_exit_group\n"
        "    syscall\n",
        encoding="utf-8",
    )
    assert ring3("run", source, "-x", "--help", cwd=tmp_path).returncode == 3
    greeted = ring3("run", "--env", "GREETING=a=b", "hello", cwd=tmp_path)
    assert b"envp[2] = GREETING=a=b\n" in greeted.stdout


def test_the_program_of_asm_runs_on_linux(tmp_path: Path) -> None:
    source = tmp_path / "five.s"
    source.write_text(
        "    .intel_syntax noprefix\n    .global _start\n_start:\n"
        "    mov edi, 5\n    jmp exit_program\n",
        encoding="utf-8",
    )
    assert ring3("asm", source, "-o", tmp_path / "five", cwd=tmp_path).returncode == 0
    assert subprocess.run([tmp_path / "five"], check=False).returncode == 5


@pytest.mark.parametrize(
    "given",
    [
        b"one\ntwo\n",
        b"no end of line",
        b"",
        bytes(set(range(256)) - {4}) * 3,  # keys that a terminal would obey, but for ^D
        b"".join(b"%d and so on\n" % number for number in range(2000)),
    ],
    ids=["lines", "part of a line", "nothing", "every byte", "more than a terminal holds"],
)
def test_a_program_echoes_a_pipe_as_on_linux(tmp_path: Path, given: bytes) -> None:
    assert (
        ring3("asm", stock().user / "echo.s", "-o", tmp_path / "echo", cwd=tmp_path).returncode == 0
    )
    linux = subprocess.run([tmp_path / "echo"], input=given, capture_output=True, check=True)
    ran = ring3("run", "echo", cwd=tmp_path, stdin=given)
    assert ran.returncode == 0, errors(ran)
    assert ran.stdout == linux.stdout


@pytest.mark.parametrize(
    ("program", "status"), [("read_kernel", 139), ("divide", 136), ("status", 9)]
)
def test_the_exit_status_is_the_program_s(tmp_path: Path, program: str, status: int) -> None:
    ran = ring3("run", program, *(["9"] if program == "status" else []), cwd=tmp_path)
    assert ran.returncode == status, errors(ran)


def test_run_says_in_the_program_s_own_symbols_where_it_was_killed(tmp_path: Path) -> None:
    source = tmp_path / "lost.s"
    source.write_text(
        "    .intel_syntax noprefix\n    .text\n    .global _start\n"
        "wander:\n    nop\n    hlt\n_start:\n    call wander\n",
        encoding="utf-8",
    )
    ran = ring3("run", source, cwd=tmp_path)
    where = f"0x401001 is wander+0x1 in bin/lost, {source.name}:6: hlt"
    assert errors(ran).splitlines()[-1] == f"ring3 run: rip {where}"
    ran = ring3("run", "--json", source, cwd=tmp_path)
    assert json.loads(ran.stdout)["location"] == where


def test_run_names_the_line_of_the_vdso_in_which_a_program_was_killed(tmp_path: Path) -> None:
    source = tmp_path / "nowhere.s"
    source.write_text(
        "    .intel_syntax noprefix\n    .global _start\n_start:\n"
        "    mov rdi, rsp\n    call find_auxv\n    mov rdi, rax\n    mov esi, 33\n"
        "    call auxv_value\n    mov rdi, rax\n    call find_functions\n"
        "    xor edi, edi\n    mov esi, 16\n    call vdso_clock\n",
        encoding="utf-8",
    )
    said = errors(ring3("run", source, cwd=tmp_path)).splitlines()[-1]
    assert re.fullmatch(
        r"ring3 run: rip 0x7f\w+ is __vdso_clock_gettime\+0x\w+ in the vDSO, "
        r".*vdso/vdso64\.s:\d+: mov \[rsi\], rcx",
        said,
    )


def test_a_program_that_loops_ends_with_124_and_its_transcript_is_kept(tmp_path: Path) -> None:
    ran = ring3("run", "--json", "--timeout", "3", "loop", cwd=tmp_path)
    assert ran.returncode == 124
    ended = json.loads(ran.stdout)
    assert ended["outcome"] == "timeout"
    kept = Path(ended["kept"])
    assert (kept / "console").read_text() == ended["console"]
    assert (kept / "voice").read_text() == ended["voice"]
    assert "qemu-system-x86_64" in (kept / "command").read_text()
    assert os.access(kept / "command", os.X_OK)
    shutil.rmtree(kept)


def test_an_init_that_is_not_there_ends_with_126_and_its_name(tmp_path: Path) -> None:
    built = ring3("image", "-o", "x.img", "--append", "init=/bin/nothing", cwd=tmp_path)
    assert built.returncode == 0, errors(built)
    ran = ring3("run", "--image", "x.img", cwd=tmp_path, env={"TMPDIR": str(tmp_path)})
    assert ran.returncode == 126
    assert "/bin/nothing" in errors(ran)
    assert "panic" in errors(ran)


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        (LOOP, 124, "nothing was ever heard from the guest"),
        (TRIPLE_FAULT, 127, "triple fault"),
    ],
)
def test_a_machine_that_never_speaks_is_told_from_one_that_resets(
    tmp_path: Path, code: bytes, status: int, words: str
) -> None:
    disk = tmp_path / "silent.img"
    sector = code.ljust(510, b"\0") + b"\x55\xaa"
    disk.write_bytes(sector.ljust(516_096, b"\0"))
    ran = ring3(
        *("run", "--timeout", "5", "--image", disk), cwd=tmp_path, env={"TMPDIR": str(tmp_path)}
    )
    assert ran.returncode == status, errors(ran)
    assert words in errors(ran)
