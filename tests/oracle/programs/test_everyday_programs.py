"""hello, echo and status: what they print for what they are given, and how they fail."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.programs.tracing import Registers, Traced

Toolchain = Callable[[str], Path]

GREETING = "Hello from ring 3!\n"
WRITE = 1


def test_hello_names_its_ring_arguments_and_environment(program: Toolchain) -> None:
    ended = subprocess.run(
        ["greeter", "one", "", "two words"],
        executable=program("hello"),
        env={"HOME": "/", "EMPTY": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == (
        f"{GREETING}argc = 4\n"
        "argv[0] = greeter\nargv[1] = one\nargv[2] = \nargv[3] = two words\n"
        "envp[0] = HOME=/\nenvp[1] = EMPTY=\n"
    )


def test_hello_needs_neither_arguments_nor_environment(program: Toolchain) -> None:
    ended = subprocess.run([program("hello")], env={}, capture_output=True, text=True, check=True)
    assert ended.stdout == f"{GREETING}argc = 1\nargv[0] = {program('hello')}\n"


def test_text_longer_than_the_buffer_arrives_whole_and_in_order(program: Toolchain) -> None:
    long = "".join(random.Random(1).choices("abcdefgh", k=100_000))
    ended = subprocess.run(
        ["hello", long], executable=program("hello"), env={}, capture_output=True, check=True
    )
    assert ended.stdout.decode().splitlines()[3] == f"argv[1] = {long}"


def test_output_arrives_whole_when_every_write_takes_seven_bytes(program: Toolchain) -> None:
    writes = []

    def take_seven_bytes(registers: Registers) -> bool:
        if registers.orig_rax == WRITE:
            registers.rdx = min(registers.rdx, 7)
            writes.append(registers.rdx)
        return False

    with Traced([str(program("hello")), "argument"]) as traced:
        output, status = traced.run(enter=take_seven_bytes)
    path = program("hello")
    assert output.decode() == f"{GREETING}argc = 2\nargv[0] = {path}\nargv[1] = argument\n"
    assert status == 0
    assert sum(writes) == len(output)
    assert max(writes) == 7


def test_a_write_that_takes_nothing_is_a_failure_and_no_endless_loop(program: Toolchain) -> None:
    def take_nothing(registers: Registers) -> bool:
        if registers.orig_rax == WRITE:
            registers.rdx = 0
        return False

    with Traced([str(program("hello"))]) as traced:
        assert traced.run(enter=take_nothing) == (b"", 1)


@pytest.mark.parametrize("name", ["hello", "auxv", "doors", "stack"])
def test_a_program_whose_output_is_lost_does_not_succeed(program: Toolchain, name: str) -> None:
    with Path("/dev/full").open("wb") as full:
        assert subprocess.run([program(name)], stdout=full, check=False).returncode == 1


def test_echo_gives_back_all_bytes_until_the_end_of_the_file(program: Toolchain) -> None:
    data = random.Random(2).randbytes(300_000)
    ended = subprocess.run([program("echo")], input=data, capture_output=True, check=True)
    assert ended.stdout == data


def test_echo_answers_each_line_before_it_waits_for_the_next(program: Toolchain) -> None:
    with subprocess.Popen(
        [program("echo")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for line in (b"first\n", b"second\n"):
            running.stdin.write(line)
            running.stdin.flush()
            assert running.stdout.readline() == line
        running.stdin.close()
        assert running.stdout.read() == b""
        assert running.wait() == 0


def test_echo_fails_when_it_cannot_read(program: Toolchain, tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        assert subprocess.run([program("echo")], stdin=folder, check=False).returncode == 1
    finally:
        os.close(folder)


@pytest.mark.parametrize(("argument", "status"), [("0", 0), ("1", 1), ("255", 255), ("300", 44)])
def test_status_ends_with_the_low_byte_of_its_argument(
    program: Toolchain, argument: str, status: int
) -> None:
    ended = subprocess.run([program("status"), argument], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout) == (status, b"")


@pytest.mark.parametrize("arguments", [[], [""], ["4x"], ["-1"], ["1", "2"]])
def test_status_explains_itself_when_it_is_not_given_one_number(
    program: Toolchain, arguments: list[str]
) -> None:
    ended = subprocess.run(
        [program("status"), *arguments], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (2, "usage: status NUMBER\n")
