"""`ring3 debug`: gdb with commands of its own, at a terminal and without one."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pexpect
import pytest

from boot.machine.processes import wait_for_end
from commands import errors, ring3
from ring3.debugger.frames import frame_layouts
from ring3.workspace import Workspace, stock

PATIENCE = 120.0
PROMPT = "(gdb) "

needs_gdb = pytest.mark.skipif(shutil.which("gdb") is None, reason="gdb is not installed")


def batch(folder: Path, script: str, *words: str | Path) -> tuple[int, str, str]:
    """Run a gdb script; returns the status and what was said on stdout and stderr."""
    file = folder / "script.gdb"
    file.write_text(script)
    ended = ring3("debug", "--timeout", "100", "--batch", file, *words, cwd=folder)
    return ended.returncode, ended.stdout.decode(), errors(ended)


TOUR = """
tbreak page_fault
continue
echo === fault\\n
ring3 frame
echo === door\\n
break syscall_entry
continue
echo === at the door\\n
ring3 frame
next
next
next
next
next
echo === a little later\\n
ring3 frame
echo === msrs\\n
ring3 msrs
echo === idt\\n
ring3 idt 0x80
ring3 idt
echo === gdt\\n
ring3 gdt
echo === tss\\n
ring3 tss
echo === pages\\n
ring3 pages
echo === walk\\n
ring3 pages syscall_entry
echo === auxv\\n
ring3 auxv
delete
break __vdso_time
continue
backtrace
delete
echo === end\\n
continue
"""


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What all the commands say on the way through `doors`."""
    if shutil.which("gdb") is None:
        pytest.skip("gdb is not installed")
    status, output, complaints = batch(tmp_path_factory.mktemp("tour"), TOUR, "doors")
    assert status == 0, output + complaints
    return output


def part(tour: str, name: str) -> str:
    """From one heading of the tour to the next."""
    return tour.partition(f"=== {name}\n")[2].partition("=== ")[0]


def test_the_frame_is_drawn_as_far_as_it_is_pushed(tour: str) -> None:
    slots = frame_layouts(Workspace())["syscall"].slots
    assert part(tour, "at the door").count("(not pushed yet)") == len(slots)
    head, *lines, rsp = part(tour, "a little later").splitlines()
    assert head.startswith("the syscall frame, below 0xffffffff80")
    assert tuple(line.split()[2] for line in lines) == slots[::-1]
    missing = ["(not pushed yet)" in line for line in lines]
    assert missing == sorted(missing)  # from the top downwards
    assert 0 < sum(missing) < len(slots)
    assert re.fullmatch(r"RSP is 0xffffffff80\w+", rsp)


def test_an_exception_s_frame_names_its_vector(tour: str) -> None:
    frame = part(tour, "fault")
    assert frame.startswith("the exception frame")
    assert re.search(r"120  VECTOR  0x000000000000000e  #PF page fault$", frame, re.MULTILINE)


def test_the_msrs_are_told_in_words_and_with_their_source(tour: str) -> None:
    msrs = part(tour, "msrs")
    assert re.search(r"^LSTAR +0x\w+  <syscall_entry> where SYSCALL goes", msrs, re.MULTILINE)
    assert "SYSCALL: CS 0x10 SS 0x18; SYSRET: CS 0x33 (32-bit: 0x23) SS 0x2b" in msrs
    assert re.search(r"^EFER .* SCE LME LMA NXE$", msrs, re.MULTILINE)
    assert re.search(r"^GS_BASE +0xf\w+  the kernel's$", msrs, re.MULTILINE)  # after SWAPGS
    assert "that QEMU would migrate" in msrs


def test_the_gates_and_segments_are_told_in_words(tour: str) -> None:
    gates = part(tour, "idt").splitlines()
    assert gates[0].startswith("0x80 -> 0x10:0x")
    assert "<int80_entry>  interrupt gate, interrupts off, DPL 3: open to programs" in gates[0]
    assert gates[1].startswith("IDT at 0x")
    assert sum("open to programs" in line for line in gates[2:]) == 3  # INT3, INTO, INT 0x80
    gdt = part(tour, "gdt")
    assert re.search(r"^0x10 64-bit code, .*<- CS$", gdt, re.MULTILINE)
    assert re.search(r"^0x40 64-bit TSS, busy, .*<tss> limit 0x67  <- TR$", gdt, re.MULTILINE)


def test_the_tss_and_the_pages_are_told(tour: str) -> None:
    assert re.search(r"^RSP0  0x\w+  the stack of an entry from ring 3$", tour, re.MULTILINE)
    pages = part(tour, "pages")
    assert re.search(r"^0x0000000000401000\.\..* r-x user$", pages, re.MULTILINE)
    assert not re.search(r"rwx", pages)
    walk = part(tour, "walk").splitlines()
    assert [line.split()[0] for line in walk[1:5]] == ["PML4", "PDPT", "PD", "PT"]
    assert walk[-1].endswith("r-x kernel")


def test_the_auxiliary_vector_is_the_program_s(tour: str) -> None:
    auxv = part(tour, "auxv")
    assert "argv ['doors']" in auxv
    assert re.search(r"^AT_SYSINFO_EHDR +0x7f\w+ +the vDSO's ELF header$", auxv, re.MULTILINE)
    assert re.search(r'^AT_EXECFN .*"doors"$', auxv, re.MULTILINE)


def test_a_breakpoint_in_the_vdso_needs_no_address(tour: str) -> None:
    assert re.search(r"__vdso_time \(\) at .*kernel_src/vdso/vdso64\.s:\d+", tour)
    assert re.search(
        r"^#1  0x\w+ in \w+ \(\) at .*user_src/lib/door_vdso\.s:\d+", tour, re.MULTILINE
    )


def test_what_the_guest_says_is_shown_and_so_is_its_end(tour: str) -> None:
    assert "[kernel] ring3: booted by " in tour
    assert "[program] Three doors into a kernel" in tour
    end = part(tour, "end")
    assert "[program] All checks agree: three doors, one kernel.\n" in end
    assert end.endswith("[machine] exited: the program exited with status 0\n")


@needs_gdb
@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("no-such-command\n", r'script\.gdb:1: .*\nUndefined command: "no-such-command"'),
        (
            "break syscall_entry\ncontinue\nring3 idt 256\n",
            r"script\.gdb:3: .*\nvector 0x100 is beyond the IDT's 256 gates",
        ),
        ("ring3 auxv\n", "no program has been entered yet"),
        ("ring3 pages\n", "not in long mode"),
        ("ring3 idt\n", "not in long mode"),
        ("continue\n# not the end\ninfo registers\n", "[Cc]onnection closed|not being run"),
    ],
)
def test_a_script_that_fails_says_where_and_ends_with_1(
    tmp_path: Path, script: str, complaint: str
) -> None:
    status, output, complaints = batch(tmp_path, script, "hello")
    assert status == 1, output + complaints
    assert re.search(complaint, complaints), complaints


@needs_gdb
def test_a_script_may_end_with_a_guest_that_ends_well_only(tmp_path: Path) -> None:
    status, output, _ = batch(tmp_path, "continue\n\n# the end\n", "hello")
    assert (status, "Hello from ring 3!" in output) == (0, True)
    status, output, _ = batch(tmp_path, "continue\n", "divide")
    assert status == 1
    assert "[machine] killed: " in output


@needs_gdb
def test_a_script_that_waits_for_ever_is_ended(tmp_path: Path) -> None:
    (tmp_path / "wait.gdb").write_text("continue\n")
    ended = ring3("debug", "--timeout", "3", "--batch", tmp_path / "wait.gdb", "loop")
    assert ended.returncode == 1
    assert "did not come to its end in time" in errors(ended)


@needs_gdb
def test_a_position_independent_program_is_found_where_it_was_loaded(tmp_path: Path) -> None:
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not installed")
    (tmp_path / "pie.c").write_text(
        "#include <stdio.h>\n"
        "static int twice(int n)\n{\n    return 2 * n;\n}\n"
        'int main(void) { printf("%d\\n", twice(21)); return 0; }\n'
    )
    compiler = ["gcc", "-g", "-O0", "-static-pie", "-o", "pie", "pie.c"]
    subprocess.run(compiler, cwd=tmp_path, check=True)
    script = "break twice\ncontinue\nbacktrace\nring3 auxv\n"
    status, output, complaints = batch(tmp_path, script, "./pie")
    assert status == 0, output + complaints
    assert re.search(r"twice \(n=\w+\) at .*pie\.c:[34]", output)
    assert re.search(r"#1  0x\w+ in main \(\) at .*pie\.c:6", output)


@needs_gdb
@pytest.mark.parametrize("image_format", ["disk", "iso"])
def test_an_image_is_debugged_when_its_kernel_was_built_of_the_same_sources(
    image_format: str, tmp_path: Path
) -> None:
    image = tmp_path / "image"
    assert ring3("image", "hello", "--format", image_format, "-o", image).returncode == 0
    script = "break syscall_entry\ncontinue\nring3 msrs\nring3 pages\ndelete\ncontinue\n"
    words = ("--machine", "pc", "--image", image, "hello")
    status, output, complaints = batch(tmp_path, script, *words)
    assert status == 0, output + complaints
    assert re.search(r"syscall_entry \(\) at .*entry/syscall\.s:\d+", output)
    assert "[program] Hello from ring 3!" in output
    workspace = tmp_path / "another"
    own = workspace / "kernel" / "entry" / "syscall.s"
    own.parent.mkdir(parents=True)
    own.write_text((stock().kernel / "entry" / "syscall.s").read_text() + "    nop\n")
    (workspace / "ring3.toml").write_text('[kernel]\nsources = "kernel"\n')
    other = ("--workspace", workspace, "--format", image_format, "-o", image)
    assert ring3("image", "hello", *other).returncode == 0
    status, _, complaints = batch(tmp_path, script, *words)
    assert status == 1
    assert "was not built of these sources" in complaints


@pytest.mark.parametrize("gdb", [None, "#!/bin/sh\necho no such thing >&2\nexit 1\n"])
def test_a_gdb_that_is_missing_or_without_python_is_named_with_a_cure(
    tmp_path: Path, gdb: str | None
) -> None:
    if gdb is not None:
        (tmp_path / "gdb").write_text(gdb)
        (tmp_path / "gdb").chmod(0o755)
    ended = ring3("debug", "hello", env={"PATH": str(tmp_path)})
    assert ended.returncode == 1
    said = errors(ended)
    wanted = "`gdb` is not installed" if gdb is None else "was built without Python"
    assert wanted in said
    assert "help: " in said


@dataclass(frozen=True)
class Terminal:
    """`ring3 debug` as a person uses it, and the machine that it started."""

    process: pexpect.spawn[str]
    command: int
    machine: int
    gdb: int

    def __call__(self, command: str) -> str:
        self.process.sendline(command)
        self.process.expect_exact(PROMPT)
        return str(self.process.before)


@contextmanager
def terminal(*words: str) -> Iterator[Terminal]:
    process = pexpect.spawn(
        sys.executable,
        ["-m", "ring3", "debug", *words],
        encoding="utf-8",
        timeout=PATIENCE,
        echo=False,
        env={**os.environ, "TERM": "dumb", "HOME": "/nonexistent"},
    )
    try:
        process.expect_exact(PROMPT)
        process.sendline("python print('gdb is', __import__('os').getpid(), '.')")
        process.expect(r"gdb is (\d+) \.")
        assert isinstance(process.match, re.Match)
        gdb = int(process.match[1])
        process.expect_exact(PROMPT)
        assert process.pid is not None
        yield Terminal(process, process.pid, _qemu_of(process.pid), gdb)
    finally:
        process.close(force=True)


def _qemu_of(parent: int) -> int:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    (qemu,) = (
        int(child)
        for child in children
        if b"qemu" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[0]
    )
    return qemu


@needs_gdb
def test_at_a_terminal_ctrl_c_is_gdb_s_and_quitting_ends_the_machine() -> None:
    with terminal("echo") as debug:
        assert "ring3 frame" in debug("ring3 help")
        debug.process.sendline("continue")
        debug.process.expect_exact("Continuing.")
        debug.process.send("\x03")
        debug.process.expect_exact(PROMPT)
        debug("ring3 type spoken to")
        debug("break sys_write")
        debug("continue")
        debug("delete")
        debug.process.sendline("continue")
        debug.process.expect_exact("Continuing.")
        debug.process.send("\x03")
        debug.process.expect_exact(PROMPT)
        assert "spoken to\r\nspoken to" in debug("ring3 console")
        assert "ring3: init bin/echo" in debug("ring3 voice")
        debug.process.sendline("quit")
        debug.process.expect(pexpect.EOF)
        assert wait_for_end(debug.machine)
        debug.process.close()
        assert debug.process.exitstatus == 0


@needs_gdb
@pytest.mark.parametrize("killed", ["gdb", "ring3 debug"])
def test_no_machine_is_left_when_gdb_or_its_parent_is_killed(killed: str) -> None:
    with terminal("loop") as debug:
        os.kill(debug.gdb if killed == "gdb" else debug.command, signal.SIGKILL)
        assert wait_for_end(debug.machine)
        assert wait_for_end(debug.gdb)
