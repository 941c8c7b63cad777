"""C beside assembly: a whole program, a part of one, and a part of the kernel."""

from __future__ import annotations

import subprocess
from pathlib import Path

from commands import errors, ring3

MAIN = """
    .intel_syntax noprefix
    .text
    .global _start
_start:
    mov     edi, 6
    mov     esi, 7
    call    multiply                    # in C
    mov     edi, eax
    jmp     exit_program                # in user_src/lib
"""

PART = """
static const int one[] = {1};
int multiply(int a, int b) { return a * b * one[0]; }
"""


def test_a_part_of_a_program_can_be_c(tmp_path: Path) -> None:
    (tmp_path / "main.s").write_text(MAIN)
    (tmp_path / "part.c").write_text(PART)
    linked = ring3("asm", "main.s", "part.c", "-o", "program", cwd=tmp_path)
    assert linked.returncode == 0, errors(linked)
    assert subprocess.run([tmp_path / "program"], check=False).returncode == 42
    ran = ring3("run", "--timeout", "60", "./program", cwd=tmp_path)
    assert ran.returncode == 42, errors(ran)


def test_objects_of_both_toolchains_go_into_one_program(tmp_path: Path) -> None:
    (tmp_path / "main.s").write_text(MAIN)
    (tmp_path / "part.c").write_text(PART)
    subprocess.run(["gcc", "-c", "-O2", "-fno-pic", "part.c"], cwd=tmp_path, check=True)
    made = ring3("asm", "-c", "main.s", cwd=tmp_path)
    assert made.returncode == 0, errors(made)
    linked = ring3("asm", "main.o", "part.o", "-o", "program", cwd=tmp_path)
    assert linked.returncode == 0, errors(linked)
    assert subprocess.run([tmp_path / "program"], check=False).returncode == 42


def test_a_part_of_the_kernel_can_be_c(tmp_path: Path) -> None:
    """getppid, which the table of system calls leads to, answers with a number of our own."""
    stock = Path(__file__).parents[2] / "kernel_src" / "syscall" / "syscalls.tbl"
    table = stock.read_text().replace(" sys_getppid", " sys_answer")
    assert "sys_answer" in table
    (tmp_path / "kernel" / "syscall").mkdir(parents=True)
    (tmp_path / "kernel" / "syscall" / "syscalls.tbl").write_text(table)
    (tmp_path / "kernel" / "answer.c").write_text("long sys_answer(void) { return 42; }\n")
    (tmp_path / "ring3.toml").write_text('[kernel]\nsources = "kernel"\n')
    (tmp_path / "ask.s").write_text(
        "    .intel_syntax noprefix\n"
        '    .include "generated/syscalls.inc"\n'
        "    .text\n    .global _start\n_start:\n"
        "    mov eax, SYS_getppid\n    syscall\n"
        "    mov edi, eax\n    jmp exit_program\n"
    )
    ran = ring3("run", "--timeout", "60", "ask.s", cwd=tmp_path)
    assert ran.returncode == 42, errors(ran)


def test_what_the_c_compiler_says_is_passed_on(tmp_path: Path) -> None:
    (tmp_path / "wrong.c").write_text("int main(void) { return nothing; }\n")
    ended = ring3("image", "wrong.c", cwd=tmp_path)
    assert ended.returncode == 1
    assert "wrong.c:1:" in errors(ended)


def test_c_without_a_compiler_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "program.c").write_text("int main(void) { return 0; }\n")
    ended = ring3("image", "program.c", cwd=tmp_path, env={"PATH": str(tmp_path)})
    assert ended.returncode == 1
    assert "neither gcc nor clang" in errors(ended)
    assert "apt install gcc" in errors(ended)
