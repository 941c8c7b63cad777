"""``make fuzz``: the encoder against GNU as on random instructions, for a given time.

    python -m oracle.asm.fuzz_encoder --seconds 60 --seed 1

Prints what was compared, and each line on which the two disagree; exit status 1 when
there is one.  ``--seconds 0`` never ends by itself.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from itertools import count

from oracle.asm.foreign_corpus import Findings, compare, random_instructions
from oracle.asm.instruction_corpus import every_shape, mixed_shapes, random_lines

_MODES = (16, 32, 64)
_BATCH = 3000


def main() -> int:
    """Compare batch after batch; the seed of each is printed with its faults."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    wanted = parser.parse_args()
    end = time.monotonic() + wanted.seconds if wanted.seconds else float("inf")
    totals: Counter[str] = Counter()
    purposes: Counter[str] = Counter()
    faults: dict[str, None] = {}
    print(f"seed {wanted.seed}", flush=True)
    for number in count():
        if time.monotonic() >= end:
            break
        for mode in _MODES:
            found = _batch(mode, wanted.seed + number)
            totals["taken"] += found.taken
            totals["refused"] += found.refused
            purposes.update({why: len(lines) for why, lines in found.on_purpose.items()})
            for fault in found.wrong + found.missing:
                if fault not in faults:
                    print(f"seed {wanted.seed + number}: {fault}", flush=True)
                faults[fault] = None
    print(
        f"{totals['taken']:,} with the same bytes, {totals['refused']:,} refused by both,"
        f" {purposes.total():,} by us on purpose, {len(faults):,} faults"
    )
    return 1 if faults else 0


def _batch(mode: int, seed: int) -> Findings:
    """Instructions of all generators, turn by turn."""
    lines = random_instructions(mode, _BATCH, seed)
    if seed % 4 == 0:
        lines = every_shape(mode, 1, seed)
    found = compare(lines, mode)
    strangers = [*mixed_shapes(mode, _BATCH // 4, seed), *random_lines(mode, _BATCH // 4, seed)]
    one_way = compare(list(dict.fromkeys(strangers)), mode)
    found.taken += one_way.taken
    found.wrong += one_way.wrong
    return found


if __name__ == "__main__":
    sys.exit(main())
