"""How long the assembler takes, as ratios to GNU as and ld in the same run.

    python benchmarks/assembler.py [--rounds N]

    ten_thousand_lines.s ─┬─ as, ld                              the unit
                          ├─ ring3 asm, nothing remembered       cold, part by part
                          └─ ring3 asm, the object remembered    warm
    the stock system ─────┬─ python -c pass                      the unit
                          └─ build-image, cold, and warm with one file changed

Every figure is the median of the rounds; rounds of the two sides alternate, so
that a load on the machine falls on both.  Beside the time that passes stands the
processors' time, which says more where others use the machine too.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import ring3.asm.assembler
import ring3.asm.macro
import ring3.asm.readback
import ring3.asm.resolve
from ring3.asm import assemble
from ring3.elf import PROGRAM, link

PARTS = (
    (ring3.asm.assembler.Assembler, "_read_statements", "read and parse"),
    (ring3.asm.macro, "expand", "  of that, expand macros"),
    (ring3.asm.assembler, "encode", "encode and read back"),
    (ring3.asm.readback, "check", "  of that, read back"),
    (ring3.asm.resolve.Resolver, "finish", "lay out and resolve"),
)

SOURCE = Path(__file__).parent / "ten_thousand_lines.s"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure_source(folder, rounds)
        measure_parts()
        measure_image(folder, rounds)


def measure_source(folder: Path, rounds: int) -> None:
    """The ten thousand lines: GNU as and ld, ring3 cold and warm."""

    def gnu() -> None:
        run("as", "-o", folder / "gnu.o", SOURCE)
        run("ld", "-o", folder / "gnu", folder / "gnu.o")

    commands = {
        "GNU as + ld": gnu,
        "ring3 asm, cold": lambda: command("", "asm", SOURCE, "-o", folder / "cold"),
        "ring3 asm, warm": lambda: command(folder / "memory", "asm", SOURCE, "-o", folder / "warm"),
    }
    table("ten_thousand_lines.s", commands, "GNU as + ld", rounds)


def measure_image(folder: Path, rounds: int) -> None:
    """The stock system: cold, and warm with one file of a workspace changed."""
    (folder / "ring3.toml").write_text('[programs]\nmine = "mine.s"\n')
    count = 0

    def change() -> None:
        nonlocal count
        count += 1
        (folder / "mine.s").write_text(
            f"    .intel_syntax noprefix\n    .global _start\n_start:\n    mov edi, {count}\n"
            "    jmp exit_program\n"
        )

    def image(memory: str | Path) -> None:
        change()
        command(memory, "image", "--workspace", folder, "-o", folder / "ring3.img")

    commands = {
        "python -c pass": lambda: run(sys.executable, "-c", "pass"),
        "build-image, cold": lambda: image(folder / f"memory {count}"),  # one that is empty
        "build-image, one file changed": lambda: image(folder / "memory"),
    }
    table("the stock system", commands, "python -c pass", rounds)


def measure_parts() -> None:
    """Where a cold assembly spends its time, in this process."""
    spent: dict[str, float] = {}
    for module, name, part in PARTS:
        setattr(module, name, timed(getattr(module, name), part, spent))
    start = time.process_time()
    made = assemble(SOURCE.read_text(encoding="ascii"), name=SOURCE.name)
    middle = time.process_time()
    link([made], PROGRAM)
    end = time.process_time()
    print("parts of a cold run, in ms of the processor")
    print(f"  assemble                         {1000 * (middle - start):8.0f}")
    for _, _, part in PARTS:
        print(f"    {part:<31}{1000 * spent[part]:8.0f}")
    print(f"  link                             {1000 * (end - middle):8.0f}\n")


def timed(function: Callable[..., Any], part: str, spent: dict[str, float]) -> Callable[..., Any]:
    """``function``, its time added up under ``part``."""

    def measured(*arguments: Any, **named: Any) -> Any:
        start = time.process_time()
        try:
            made = function(*arguments, **named)
            # What is made piece by piece costs when the pieces are asked for.
            return iter(list(made)) if isinstance(made, Iterator) else made
        finally:
            spent[part] = spent.get(part, 0) + time.process_time() - start

    return measured


def table(title: str, commands: Mapping[str, Callable[[], object]], unit: str, rounds: int) -> None:
    """Run all commands in turn, ``rounds`` times, and print medians and ratios."""
    for measured in commands.values():
        measured()  # once unmeasured: what is remembered, and the system's own caches
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, measured in commands.items():
            wall, processor = time.perf_counter(), processor_time()
            measured()
            times[name].append((time.perf_counter() - wall, processor_time() - processor))
    medians = {
        name: [statistics.median(column) for column in zip(*pairs, strict=True)]
        for name, pairs in times.items()
    }
    print(f"{f'{title}, medians of {rounds} rounds':<44}passed         of processors")
    for name, both in medians.items():
        shown = [
            f"{1000 * median:8.0f} ms {median / of_unit:6.1f} x"
            for median, of_unit in zip(both, medians[unit], strict=True)
        ]
        print(f"  {name:<33}{'  '.join(shown)}")
    print()


def processor_time() -> float:
    """What all commands have taken so far, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def command(memory: str | Path, *words: str | Path) -> None:
    """The command, with what it remembers in ``memory`` (nowhere, if empty)."""
    run(sys.executable, "-m", "ring3", *words, RING3_CACHE=str(memory))


def run(*words: str | Path, **environment: str) -> None:
    """One command, its output dropped, with Python's compiled modules, as users have them."""
    environment = {**os.environ, **environment}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=environment)


if __name__ == "__main__":
    main()
