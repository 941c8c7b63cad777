"""The picture of a trace: one HTML file that needs nothing else, not even a network.

page.html (style, script) + the trace as JSON ──> text
"""

from __future__ import annotations

import json
from pathlib import Path

from ring3.trace.timeline import Trace

TEMPLATE = Path(__file__).with_name("page.html")
_DATA = "@DATA@"


def page(trace: Trace) -> str:
    """The whole file.  What the program said cannot end the script that it stands in."""
    data = json.dumps(trace.as_data(), separators=(",", ":"))
    for letter in "<>&":
        data = data.replace(letter, f"\\u{ord(letter):04x}")
    return TEMPLATE.read_text(encoding="utf-8").replace(_DATA, data)
