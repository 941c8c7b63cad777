"""Programs of the i386: every door of theirs, their stack, and what compilers make of them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from boot.stock_system import AMD, INTEL, StockSystem
from boot.test_linux_agrees import ENVIRONMENT, end_of
from ring3.elf import check_program
from ring3.machine import Outcome
from ring3.pipeline import Program, link_program

PROGRAMS = Path(__file__).parent / "programs"

# The door that __kernel_vsyscall takes, by the CPU's maker.
DOORS = {"Nehalem": "SYSENTER", "EPYC": "SYSCALL", "qemu64,vendor=CentaurHauls": "INT 0x80"}
CPUS = [f"{cpu},check=off" for cpu in DOORS]

NO_LIBRARY = ("-nostdlib", "-fno-stack-protector", "-fno-pie", "-no-pie")
BUILDS = {"static": ("-static",), "static-pie": ("-static-pie",)}


@pytest.fixture
def here(boot: StockSystem, monkeypatch: pytest.MonkeyPatch) -> StockSystem:
    """The system, in whose folder we are, so that `./NAME` is the same name in both worlds."""
    monkeypatch.chdir(boot.folder)
    return boot


def compiled(folder: Path, source: str, name: str, *flags: str) -> Path:
    """What gcc makes of a program of these tests."""
    subprocess.run(["gcc", "-O1", *flags, "-o", folder / name, PROGRAMS / source], check=True)
    check_program((folder / name).read_bytes(), name)
    return folder / name


def with_programs(boot: StockSystem, *programs: Path) -> StockSystem:
    """The system with more programs in its initrd."""
    more = [Program(path.name, path.read_bytes(), str(path)) for path in programs]
    return replace(boot, system=replace(boot.system, programs=(*boot.system.programs, *more)))


def on_linux(words: Sequence[str], *before: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*before, *words], env=ENVIRONMENT, capture_output=True, check=False)


def same(there: Outcome, linux: subprocess.CompletedProcess[bytes]) -> None:
    assert there.console == linux.stdout, there.report()
    assert end_of(there) == linux.returncode, there.report()


def registers_on_linux(here: StockSystem) -> subprocess.CompletedProcess[bytes]:
    (program,) = (p for p in here.system.programs if p.name == "registers32")
    Path("registers32").write_bytes(program.data)
    Path("registers32").chmod(0o755)
    return on_linux(["./registers32"])


@pytest.mark.parametrize("cpu", CPUS)
def test_by_whichever_door_registers_and_segments_are_as_on_linux(
    here: StockSystem, cpu: str
) -> None:
    linux = registers_on_linux(here)
    there = here("./registers32", cpu=cpu)
    door = DOORS[cpu.removesuffix(",check=off")]
    assert f"ring3: 32-bit programs enter by {door}\n" in there.voice.decode()
    same(there, linux)


@pytest.mark.parametrize(("cpu", "door"), [(INTEL, "SYSENTER"), (AMD, "SYSCALL")])
def test_an_intel_and_an_amd_of_bochs_agree_too(here: StockSystem, cpu: str, door: str) -> None:
    linux = registers_on_linux(here)
    there = here.bochs("./registers32", cpu=cpu)
    assert f"ring3: 32-bit programs enter by {door}\n" in there.voice.decode()
    same(there, linux)


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("cpu", CPUS[:2])
def test_a_program_of_glibc_reads_the_clocks_in_the_vdso(
    here: StockSystem, build: str, cpu: str
) -> None:
    program = compiled(here.folder, "clocks32.c", "clocks32", "-m32", *BUILDS[build])
    there = with_programs(here, program)("./clocks32", "a b", "c", cpu=cpu)
    same(there, on_linux(["./clocks32", "a b", "c"]))


def test_the_vdso_answers_without_a_system_call(here: StockSystem) -> None:
    program = compiled(here.folder, "clocks32.c", "clocks32", "-m32", "-static")
    there = with_programs(here, program)("clocks32", append="ring3.strace")
    reads = re.findall(r"\bclock_gettime(?:64)?\(", there.voice.decode())
    # Of each clock one by the call itself, and one where the vDSO knows no better.
    assert 0 < len(reads) < 100, there.report()


AT_NULL, AT_RANDOM = 0, 25
RSEQ = {27, 28}
OWN = {32: "vDSO", 33: "vDSO", 51: "size", 16: "CPU", 26: "CPU"}
OWN |= dict.fromkeys((11, 12, 13, 14), "user")


def comparable(output: bytes) -> dict[str, object]:
    """A dumped stack with what may differ masked; ESP as if there were no RSEQ entries."""
    start, *words = (int(word, 16) for word in output.split())
    vectors = words.index(0, words.index(0) + 1) + 1  # behind argv's NULL and envp's
    pairs: dict[int, int] = {}
    end = vectors
    while AT_NULL not in pairs:
        pairs[words[end]] = words[end + 1]
        end += 2
    rseq = 8 * len(RSEQ & pairs.keys())
    strings = b"".join(word.to_bytes(4, "little") for word in words[end:])
    secret = pairs[AT_RANDOM] - start - 4 * end
    return {
        "esp": hex(start + rseq),
        "argc, argv, envp": words[:vectors],
        "auxv": [(t, OWN.get(t, hex(v))) for t, v in pairs.items() if t not in RSEQ],
        "strings": (strings[:secret] + b"?" * 16 + strings[secret + 16 :]).lstrip(b"\0"),
    }


@pytest.mark.parametrize("arguments", [[], ["one"], ["one", ""], ["one", "", "a longer one"]])
def test_the_initial_stack_is_linux_s_byte_for_byte(
    here: StockSystem, arguments: list[str]
) -> None:
    program = compiled(here.folder, "stack32.c", "stack32", "-m32", "-static", *NO_LIBRARY)
    linux = on_linux(["./stack32", *arguments], "setarch", "-R")
    there = with_programs(here, program)("./stack32", *arguments, append="norandmaps")
    assert comparable(there.console) == comparable(linux.stdout)


def test_the_vdso_lies_elsewhere_in_another_run(here: StockSystem) -> None:
    places = {
        re.search(r"vdso text=(0xf7[0-9a-f]{3}000) vvar=", here("registers32").voice.decode())
        for _ in range(3)
    }
    assert None not in places
    assert len({place[1] for place in places if place}) > 1


def test_sysenter_in_a_program_without_a_32_bit_vdso_kills_it(here: StockSystem) -> None:
    program = here.folder / "sysenter64"
    program.write_bytes(link_program([PROGRAMS / "sysenter64.s"], here.workspace).data)
    there = with_programs(here, program)("sysenter64", cpu=CPUS[0])
    assert there.signal == 11, there.report()
    assert "SYSENTER" in there.voice.decode()
    there = with_programs(here, program)("sysenter64", cpu=CPUS[1])
    assert there.signal == 4, there.report()  # AMD's CPUs have none in long mode


@pytest.mark.parametrize("cpu", CPUS[:2])
@pytest.mark.parametrize(("how", "signal"), [("e", None), ("f", 11), ("t", 5)])
def test_a_fast_door_outside_of_the_vdso_does_what_it_does_on_linux(
    here: StockSystem, cpu: str, how: str, signal: int | None
) -> None:
    program = here.folder / "fast32"
    program.write_bytes(link_program([PROGRAMS / "fast32.s"], here.workspace).data)
    program.chmod(0o755)
    there = with_programs(here, program)("./fast32", how, cpu=cpu)
    same(there, on_linux(["./fast32", how]))
    assert (there.signal, there.status) == (signal, 7 if signal is None else None), there.report()
    if how == "f":  # what the vDSO would take from that stack, after the call has failed
        assert b"read of the page at 0" in there.voice, there.report()
        assert b"rax=0xfffffffffffffff2" in there.voice, there.report()


@pytest.mark.parametrize(("how", "signal"), [("e", None), ("f", 11), ("t", 5)])
def test_sysenter_outside_of_the_vdso_does_the_same_on_bochs(
    here: StockSystem, how: str, signal: int | None
) -> None:
    program = here.folder / "fast32"
    program.write_bytes(link_program([PROGRAMS / "fast32.s"], here.workspace).data)
    there = with_programs(here, program).bochs("fast32", how, cpu=INTEL)
    assert (there.signal, there.status) == (signal, 7 if signal is None else None), there.report()
    assert b"32-bit programs enter by SYSENTER" in there.voice


def test_execve_changes_the_width_of_programs_and_leaves_nothing_of_the_other(
    here: StockSystem,
) -> None:
    narrow = compiled(here.folder, "change32.c", "narrow", "-m32", "-static")
    wide = compiled(here.folder, "change32.c", "wide", "-static")
    words = ["bin/narrow", "bin/wide", "bin/narrow", "bin/wide", "bin/narrow"]
    (here.folder / "bin").mkdir()
    for program in (narrow, wide):
        (here.folder / "bin" / program.name).symlink_to(program)
    same(with_programs(here, narrow, wide)(*words), on_linux(words))
