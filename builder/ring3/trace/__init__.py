"""What a program did, as a timeline: every entry into the kernel, in instructions.

PROGRAM ──record──> Trace ──as_data──> JSON
                          ──page─────> one HTML file with the picture in it
"""

from ring3.trace.page import page
from ring3.trace.record import record
from ring3.trace.timeline import Entry, Trace

__all__ = ["Entry", "Trace", "page", "record"]
