"""The initial stack that a finder is tried on: any order, but never one that helps the careless."""

from __future__ import annotations

import random
import struct

from ring3.course.no_door import drawn_stack
from ring3.x86.auxv import AT_NULL, AT_SYSINFO_EHDR

BEFORE = 7  # words: argc, argv, the environment and its end


def test_the_pair_that_is_sought_is_there_once_and_never_first() -> None:
    places = set()
    for seed in range(200):
        stack = drawn_stack(random.Random(seed), {AT_SYSINFO_EHDR: 7})
        words = struct.unpack(f"<{len(stack) // 8}Q", stack)
        types = words[BEFORE::2]
        assert types.count(AT_SYSINFO_EHDR) == 1
        assert words[BEFORE:][2 * types.index(AT_SYSINFO_EHDR) + 1] == 7
        assert types[-1] == AT_NULL
        places.add(types.index(AT_SYSINFO_EHDR))
    assert places == {1, 2, 3, 4}
