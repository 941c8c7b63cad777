"""Addresses are random as Linux's are: as many bits, evenly spread, and none at all on request.

`places` prints where its parts lie and executes itself; each time is a sample.  The runs in
ring3 are deterministic, so a sample that passes once passes always.
"""

from __future__ import annotations

import subprocess
from collections import Counter
from math import gcd, sqrt
from pathlib import Path

import pytest

from boot.broken_programs import changed, position_independent
from boot.stock_system import PATIENCE, StockSystem
from ring3.image.initrd import Init, build_initrd
from ring3.machine import Boot, Options, Session, load_machine

FIELDS = ("vdso", "stack", "entry", "heap", "mmap", "random")
SAMPLES = 400
# A value that one sample in a million would pass, for 15 degrees of freedom.
CHI_SQUARE_LIMIT = 56.5
BUCKET_BITS = 4
PAGE = 4096

# TASK_SIZE_MAX, less the 128 MiB that Linux leaves to a stack that does not move.
MMAP_BASE = 0x7FFFFFFFF000 - (128 << 20)

Places = dict[str, list[int]]


@pytest.fixture(scope="module", params=["fixed", "position independent"])
def program(request: pytest.FixtureRequest, stock_system: StockSystem) -> bytes:
    """`places`, linked to one place or to none."""
    places = next(item for item in stock_system.system.programs if item.name == "places")
    return places.data if request.param == "fixed" else changed(places.data, position_independent)


def test_addresses_have_linux_s_bits_are_spread_evenly_and_repeat_by_chance_alone(
    boot: StockSystem, program: bytes
) -> None:
    there = in_ring3(boot, program, SAMPLES, "ring3.seed=1")
    here = on_linux(boot.folder, program, SAMPLES)
    assert {name: bits(there[name]) for name in FIELDS} == {
        name: bits(here[name]) for name in FIELDS
    }
    for name in FIELDS:
        # The vDSO's place and mmap's are one random number, as in Linux.
        if bits(there[name]):
            assert chi_square(there[name]) < CHI_SQUARE_LIMIT, name
            by_chance = SAMPLES**2 / 2 / 2 ** bits(there[name])
            assert repeats(there[name]) <= by_chance + 6 * sqrt(by_chance) + 1, name


def test_the_parts_move_independently(boot: StockSystem, program: bytes) -> None:
    places = in_ring3(boot, program, SAMPLES, "ring3.seed=2")
    # One seen through another would show it: all their differences would be few.
    for one, other in (("vdso", "stack"), ("vdso", "heap"), ("stack", "heap")):
        pairs = zip(places[one], places[other], strict=True)
        differences = {(first - second) // PAGE for first, second in pairs}
        assert len(differences) > SAMPLES * 0.99, (one, other)


def test_norandmaps_puts_everything_where_linux_does_without_randomization(
    boot: StockSystem, program: bytes
) -> None:
    # The first sample was executed by another path, which lies on the stack.
    there = {k: v[1:] for k, v in in_ring3(boot, program, 3, "norandmaps").items()}
    here = {k: v[1:] for k, v in on_linux(boot.folder, program, 3, "setarch", "-R").items()}
    for name in FIELDS[:-1]:
        assert len(set(there[name])) == len(set(here[name])) == 1, name
    assert len(set(there["random"])) == 2
    assert there["entry"] == here["entry"]
    assert there["heap"] == here["heap"]
    # Linux has two more pairs in the auxiliary vector (AT_RSEQ_...): 32 bytes.
    assert [place - 32 for place in there["stack"]] == here["stack"]
    # From the mmap base downwards: the program if it can lie anywhere, the vDSO, the vvar
    # page, and what mmap finds.  (Linux's vDSO and vvar pages are more.)
    top = MMAP_BASE if is_fixed(program) else here["entry"][0] // PAGE * PAGE - PAGE
    vdso_size = -(-len(boot.system.vdso) // PAGE) * PAGE
    assert there["vdso"][0] == top - vdso_size
    assert there["mmap"][0] == there["vdso"][0] - 2 * PAGE


def test_a_program_that_is_replaced_gives_all_its_memory_back(
    boot: StockSystem, program: bytes
) -> None:
    # At the same places the same tables are needed, so not a frame may be missing.
    free = in_ring3(boot, program, 50, "norandmaps")["free"]
    assert len(set(free)) == 1


def is_fixed(program: bytes) -> bool:
    """Is its type ET_EXEC?"""
    return program[16] == 2


def bits(values: list[int]) -> int:
    """Of how many bits the random part is: by the range that the values take."""
    step = gcd(*(value - values[0] for value in values))
    return ((max(values) - min(values)) // step).bit_length() if step else 0


def chi_square(values: list[int]) -> float:
    """How far the values are from an even spread over the range of their bits."""
    low, span = min(values), max(values) - min(values) + 1
    counts = Counter((value - low) * 2**BUCKET_BITS // span for value in values)
    expected = len(values) / float(2**BUCKET_BITS)
    squares = [(counts[bucket] - expected) ** 2 for bucket in range(2**BUCKET_BITS)]
    return sum(squares, 0.0) / expected


def repeats(values: list[int]) -> int:
    return len(values) - len(set(values))


def parse(output: bytes) -> Places:
    lines = [line.split() for line in output.decode().splitlines()]
    return {name: [int(line[i], 16) for line in lines] for i, name in enumerate((*FIELDS, "free"))}


def on_linux(folder: Path, program: bytes, samples: int, *prefix: str) -> Places:
    file = folder / "places"
    file.write_bytes(program)
    file.chmod(0o755)
    ended = subprocess.run(
        [*prefix, "./places", str(samples)],
        cwd=folder,
        env={"HOME": "/", "TERM": "linux"},
        capture_output=True,
        check=True,
    )
    return parse(ended.stdout)


def in_ring3(boot: StockSystem, program: bytes, samples: int, append: str) -> Places:
    kernel, initrd = boot.folder / "kernel.elf", boot.folder / "places.tar"
    kernel.write_bytes(boot.system.kernel.data)
    init = Init("bin/places", ("./places", str(samples)), ("HOME=/", "TERM=linux"))
    initrd.write_bytes(build_initrd({"bin/places": program}, init))
    machine = load_machine("microvm", boot.workspace.machine_roots)
    options = Options(deterministic=True, seed=1, timeout=PATIENCE)
    with Session(machine, Boot(kernel, initrd, append), options) as session:
        outcome = session.wait()
    assert outcome.exit_code == 0, outcome.report()
    places = parse(outcome.console)
    assert len(places["vdso"]) == samples
    return places
