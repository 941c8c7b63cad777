"""The pictures of the site, drawn from the sources, from a built kernel and from a trace.

frame.inc, entry/*.s      ──frames──────┐
memory.inc, kernel.elf    ──memory_map──┼──> Drawing ──> SVG
ring3 trace of clock.s    ──ways────────┘
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pictures.frames import frames
from pictures.memory_map import memory_map
from pictures.svg import Drawing
from pictures.ways import ways

PICTURES: Mapping[str, Callable[[], Drawing]] = {
    "frames": frames,
    "memory": memory_map,
    "ways": ways,
}
