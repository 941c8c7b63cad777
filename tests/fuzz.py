"""``make fuzz``: attack the kernel with one seed after the other, until it falls over.

    fuzz.py [SEED [ROUNDS]]     a round is a million calls from 64-bit code, 400,000 from
                                32-bit code, and 1,000 broken programs

It ends with the first failure, and says with which seed it comes again.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from pathlib import Path

from boot import fuzzing
from boot.stock_system import StockSystem
from ring3 import pipeline
from ring3.workspace import Workspace

CALLS = 1_000_000
CALLS_32 = 200_000  # for each door of 32-bit code
PROGRAMS = 1_000


def main(seed: int, rounds: int | None) -> int:
    workspace = Workspace()
    system = pipeline.build(workspace=workspace)
    seeds = itertools.count(seed) if rounds is None else range(seed, seed + rounds)
    calls = programs = 0
    with tempfile.TemporaryDirectory(prefix="ring3-fuzz-") as folder:
        boot = StockSystem(Path(folder), system, workspace)
        for number in seeds:
            began = time.monotonic()
            try:
                fuzzing.calls(boot, number, CALLS)
                for cpu in fuzzing.DOORS32.values():
                    fuzzing.calls32(boot, number, CALLS_32, cpu)
                tally = fuzzing.programs(boot, number, PROGRAMS)
            except AssertionError as error:
                print(f"seed {number}:\n{error}", file=sys.stderr)
                return 1
            calls += CALLS + CALLS_32 * len(fuzzing.DOORS32)
            programs += PROGRAMS
            print(
                f"seed {number}: {calls:,} calls, {programs:,} programs"
                f" (of the last {PROGRAMS:,} {tally.refused} refused, {tally.ran} ran)"
                f" without a failure; {time.monotonic() - began:.0f} s",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    words = [int(word) for word in sys.argv[1:]]
    try:
        sys.exit(main(words[0] if words else 1, words[1] if len(words) > 1 else None))
    except KeyboardInterrupt:
        sys.exit(130)
