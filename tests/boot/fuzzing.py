"""Attacks on the kernel: random calls, and programs that are broken.

    calls(boot, seed, count)       user_src/fuzz.s makes `count` calls
    calls32(boot, seed, count, cpu)    user_src/i386/fuzz32.s does, and by the doors of 32-bit
                                   code: SYSENTER on Intel's CPUs, SYSCALL on AMD's
    programs(boot, seed, count)    user_src/crash.s executes `count` broken files, a boot
                                   for each that turns out to be a program after all

Whatever happens, the kernel says how process 1 ended, and gets all its frames back.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from boot.stock_system import PATIENCE, StockSystem, init_of
from ring3.image.initrd import build_initrd
from ring3.machine import Boot, Options, Outcome, OutcomeKind, Session, WaitError, load_machine

OPTION = "ring3.frames"
FRAMES = re.compile(rb"^ring3: frames free before=(\d+) after=(\d+)$", re.MULTILINE)
TRIED = re.compile(rb"^bin/crash-(\d{5})$", re.MULTILINE)
ENDS = (OutcomeKind.EXITED, OutcomeKind.KILLED)

ELF_HEADER_SIZE, PROGRAM_HEADERS_SIZE = 64, 4 * 56
EDGES = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x1000, 0x7FFF_F000, 1 << 31, (1 << 47) - 4096, 1 << 47]
EDGES += [1 << 63, (1 << 64) - 1, (1 << 64) - 4096, 0xFFFF_8880_0000_0000, 0xFFFF_FFFF_8010_0000]

DOORS32 = {"SYSENTER": "Nehalem", "SYSCALL": "EPYC"}
"""The fast doors of 32-bit code, with a CPU that has each."""

FILES_A_BOOT = 50
ORIGINALS = ("hello", "auxv", "status", "brk", "registers32", "bound")  # the last two: i386

# Seconds that a broken program may run on before it is interrupted by ^C.
PATIENCE_WITH_PROGRAMS = 1.0
INTERRUPT = b"\x03"


@dataclass
class Tally:
    """What became of broken programs."""

    refused: int = 0
    ran: int = 0
    boots: int = 0


def calls(boot: StockSystem, seed: int, count: int) -> None:
    """Make random calls; raises AssertionError with a report when something is wrong."""
    _calls(boot, "fuzz", seed, count, None)


def calls32(boot: StockSystem, seed: int, count: int, cpu: str) -> None:
    """Likewise from 32-bit code, on the model ``cpu``."""
    _calls(boot, "fuzz32", seed, count, f"{cpu},check=off")


def _calls(boot: StockSystem, program: str, seed: int, count: int, cpu: str | None) -> None:
    options = Options(timeout=PATIENCE + count / 10_000, seed=seed)
    append = f"{OPTION} ring3.seed={seed}"
    outcome = boot(program, str(seed), str(count), append=append, options=options, cpu=cpu)
    assert outcome.status == 0, outcome.report()
    assert b"every register as its door leaves it" in outcome.console, outcome.report()
    check_frames(outcome)


def programs(boot: StockSystem, seed: int, count: int) -> Tally:
    """Execute broken files; raises AssertionError with a report when something is wrong."""
    random = Random(seed)
    stock = {program.name: program.data for program in boot.system.programs}
    originals = [stock[name] for name in ORIGINALS]
    files = {f"bin/crash-{i:05}": broken(random, originals) for i in range(count)}
    tally = Tally()
    first = 0
    while first < count:
        end = min(first + FILES_A_BOOT, count)
        given = dict(itertools.islice(files.items(), first, end))
        outcome = _boot(boot, {"bin/crash": stock["crash"], **given}, first, seed)
        tally.boots += 1
        assert outcome.kind in ENDS, outcome.report()
        check_frames(outcome)
        tried = [int(number) for number in TRIED.findall(outcome.console)]
        assert tried[:1] == [first], outcome.report()
        last = tried[-1]
        tally.refused += last - first
        if b"no more" not in outcome.console:
            tally.ran += 1
        elif last < end:
            tally.refused += 1  # ENOENT: the file names an interpreter that is not there
        first = min(last + 1, end)
    return tally


def broken(random: Random, originals: Sequence[bytes]) -> bytes:
    """Random bytes, or a program with something wrong in it."""
    kind = random.randrange(8)
    if kind == 0:
        return random.randbytes(random.randrange(300))
    data = bytearray(random.choice(originals))
    headers = ELF_HEADER_SIZE + PROGRAM_HEADERS_SIZE
    if kind == 1:  # cut off
        return bytes(data[: random.randrange(len(data))])
    if kind == 2:  # nonsense in place of the program headers
        data[ELF_HEADER_SIZE:headers] = random.randbytes(PROGRAM_HEADERS_SIZE)
    for _ in range(random.randrange(1, 4)):
        if kind in (3, 4, 5):  # a field at one of its edges
            size = random.choice((1, 2, 4, 8))
            at = random.randrange(headers // size) * size
            value = (random.choice(EDGES) + random.randrange(-2, 3)) % (1 << 8 * size)
            data[at : at + size] = value.to_bytes(size, "little")
        elif kind == 6:  # a bit anywhere
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        elif kind == 7:  # a byte of the headers
            data[random.randrange(headers)] = random.randrange(256)
    return bytes(data)


def check_frames(outcome: Outcome) -> None:
    """Process 1's memory was given back to the last frame."""
    found = FRAMES.search(outcome.voice)
    assert found is not None, outcome.report()
    assert found[1] == found[2], outcome.report()


def _boot(boot: StockSystem, files: dict[str, bytes], first: int, seed: int) -> Outcome:
    """Go on with file number ``first``, until one is a program and has ended."""
    kernel, initrd = boot.folder / "kernel.elf", boot.folder / "initrd.tar"
    kernel.write_bytes(boot.system.kernel.data)
    initrd.write_bytes(build_initrd(files, init_of("crash", str(first))))
    machine = load_machine("microvm", boot.workspace.machine_roots)
    booted = Boot(kernel, initrd, f"{OPTION} ring3.seed={seed}")
    with Session(machine, booted, Options(timeout=PATIENCE)) as session:
        session.expect("bin/crash-", timeout=PATIENCE)
        try:
            session.expect_voice(r"ring3: (exit|killed)", timeout=PATIENCE_WITH_PROGRAMS)
        except WaitError:
            # It loops, as a broken program may.  A kernel that lives takes ^C.
            session.send(INTERRUPT)
        return session.wait()
