"""What a call costs by each door, in instructions and in time.

user_src/bench.s ──> a deterministic machine ──> instructions a call ─┐
                 ──> an ordinary machine ──────> host time a call ────┼──> Costs ──> table, JSON
                 ──> a Linux guest ────────────> both ────────────────┘
"""

from ring3.bench.costs import Costs, as_data, parse, render
from ring3.bench.measure import measure, measure_linux

__all__ = ["Costs", "as_data", "measure", "measure_linux", "parse", "render"]
