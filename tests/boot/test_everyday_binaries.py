"""Programs that nobody here built run as on Linux: busybox, and hello by three C libraries."""

from __future__ import annotations

import subprocess
import time
from dataclasses import replace
from io import BytesIO
from itertools import product
from pathlib import Path

import pexpect
import pytest

from boot.stock_system import PATIENCE, StockSystem
from ring3.machine import Options
from ring3.pipeline import Program
from ring3.workspace import Workspace

BUSYBOX = Path("/bin/busybox")
WIDTHS = (64, 32)
SOURCES = Path(__file__).parent / "programs"
ENVIRONMENT = {"HOME": "/", "TERM": "linux"}

HELLO = r"""
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
    char *copy = malloc(200000);
    snprintf(copy, 200000, "%s has %d arguments", argv[0], argc);
    printf("%s, the answer is %d\n", copy, 6 * 7);
    free(copy);
    return 3;
}
"""
COMPILERS = {
    "glibc": ["gcc", "-static"],
    "glibc-pie": ["gcc", "-static-pie"],
    "glibc-i386": ["gcc", "-m32", "-static"],
    "musl": ["musl-gcc", "-static"],
    "klibc": ["klcc", "-static"],
}

# What is in the initrd, and in a folder of the host.
FILES = {
    "etc/motd": b"Welcome.\n" * 3,
    "etc/empty": b"",
    "usr/share/words": b"".join(b"word %d\n" % number for number in range(3000)),
}

# Command lines of busybox whose output is the same in the root of ring3 as in that folder.
COMMANDS = {
    "echo": ["echo", "hi", "there"],
    "builtins": [
        "sh",
        "-c",
        'i=0; while [ $i -lt 3 ]; do i=$((i + 1)); echo "$i" $((i * i)); done; '
        "case $HOME in /) echo root;; esac; cd etc; echo *; [ -f motd ] && echo file; "
        "[ -d ../usr ] && echo folder; read a < motd; echo $a; printf '%05d\\n' 42; "
        "f() { echo $# $1; return 7; }; f x y; echo $?; exit 9",
    ],
    "ls": ["ls", "-1", "etc", "usr"],
    "ls of nothing": ["ls", "no such file"],
    "cat": ["cat", "etc/motd", "etc/empty", "usr/share/words"],
    "stat": ["stat", "-c", "%n %s %F %a", "etc/motd", "etc/empty"],
    "tail": ["tail", "-n", "2", "usr/share/words"],
    "md5sum": ["md5sum", "usr/share/words"],
    "find": ["find", "usr", "-type", "f"],
    "date": ["date", "-u", "-d", "@1000000000"],
    "uname": ["uname", "-sm"],
    "sleep": ["sleep", "0.01"],
}


@pytest.fixture(scope="session")
def everyday(stock_system: StockSystem, tmp_path_factory: pytest.TempPathFactory) -> StockSystem:
    """The stock kernel with those binaries and files; its folder has the files, too."""
    folder = tmp_path_factory.mktemp("everyday")
    source = folder / "hello.c"
    source.write_text(HELLO)
    binaries = [BUSYBOX]
    for name, command in COMPILERS.items():
        binaries.append(folder / name)
        subprocess.run([*command, "-o", binaries[-1], source], check=True)
    for name, bits in product(("regions", "keys"), WIDTHS):
        binaries.append(folder / f"{name}{bits}")
        source = SOURCES / f"{name}.c"
        options = [f"-m{bits}", "-static", "-O1"]
        subprocess.run(["gcc", *options, "-o", binaries[-1], source], check=True)
    for file, content in FILES.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o644)
    programs = tuple(Program(path.name, path.read_bytes(), str(path)) for path in binaries)
    return replace(
        stock_system,
        folder=folder,
        system=replace(stock_system.system, programs=programs),
        workspace=Workspace(files={file: folder / file for file in FILES}),
    )


@pytest.mark.parametrize("name", COMPILERS)
def test_hello_of_every_c_library_prints_and_ends_as_on_linux(
    everyday: StockSystem, name: str
) -> None:
    here = subprocess.run(
        [f"./{name}", "argument"],
        env=ENVIRONMENT,
        cwd=everyday.folder,
        capture_output=True,
        check=False,
    )
    there = everyday(f"./{name}", "argument")
    assert (there.console, there.status) == (here.stdout, here.returncode), there.report()
    assert here.returncode == 3


@pytest.mark.parametrize("bits", WIDTHS)
def test_thousands_of_random_mappings_leave_the_pages_that_linux_leaves(
    everyday: StockSystem, bits: int
) -> None:
    command = [f"./regions{bits}", "1", "4000"]
    here = subprocess.run(command, cwd=everyday.folder, capture_output=True, check=True)
    there = everyday(*command)
    assert there.console == here.stdout, there.report()
    assert len(here.stdout.splitlines()) == 21


@pytest.mark.parametrize("name", COMMANDS)
def test_busybox_prints_and_ends_as_on_linux(everyday: StockSystem, name: str) -> None:
    here = subprocess.run(
        ["busybox", *COMMANDS[name]],
        executable=BUSYBOX,
        env=ENVIRONMENT,
        cwd=everyday.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    there = everyday("busybox", *COMMANDS[name])
    assert there.console == here.stdout, there.report()
    assert there.status == here.returncode, there.report()


def test_date_tells_the_time_of_the_host(everyday: StockSystem) -> None:
    before = int(time.time())
    told = int(everyday("busybox", "date", "+%s").console)
    assert before - 1 <= told <= time.time() + 1


# What `keys` waits for, and what is typed then: ^C is a byte like any other, and # erases.
KEYS = [
    ("type one\n", "x"),
    ("type three\n", "\x03\ry"),
    ("type two and no more\n", "pq"),
    ("type a line\n", "ax#b\r"),
]


@pytest.mark.parametrize("bits", WIDTHS)
def test_a_terminal_that_is_set_otherwise_does_what_linux_s_does(
    everyday: StockSystem, bits: int
) -> None:
    heard = BytesIO()
    linux = pexpect.spawn(str(everyday.folder / f"keys{bits}"), timeout=PATIENCE)
    linux.logfile_read = heard
    for awaited, typed in KEYS:
        linux.expect_exact(awaited.strip())
        linux.send(typed)
    linux.expect(pexpect.EOF)
    linux.close()

    with everyday.session(f"keys{bits}", options=Options(timeout=PATIENCE)) as session:
        for awaited, typed in KEYS:
            session.expect_exact(awaited)
            session.send(typed)
        outcome = session.wait()
    assert outcome.status == linux.exitstatus == 0, outcome.report()
    assert outcome.console == heard.getvalue().replace(b"\r\n", b"\n"), outcome.report()


def test_a_shell_edits_its_lines_on_the_raw_terminal(everyday: StockSystem) -> None:
    with everyday.session("busybox", "sh", options=Options(timeout=PATIENCE)) as shell:
        shell.expect_exact("/ # ")
        shell.send("echo $((6 * 8))\x7f\x7f\x7f7))\r")
        shell.expect_exact("\n42\n")
        shell.expect_exact("/ # ")
        shell.send("cd /etc; pwd\r")
        shell.expect_exact("\n/etc\n")
        shell.expect_exact("/etc # ")
        shell.send("cho again\x01e\r")
        shell.expect_exact("\nagain\n")
        shell.send("\x1b[A\r")
        shell.expect_exact("\nagain\n")
        shell.send("exit 5\r")
        assert shell.wait().status == 5
