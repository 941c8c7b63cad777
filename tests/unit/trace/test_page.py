"""The page of a trace: complete in itself, whatever a program wrote, at any number of entries."""

from __future__ import annotations

import json
import re

import pytest
from py_mini_racer import MiniRacer

from ring3.trace.page import TEMPLATE, page
from ring3.trace.timeline import EXCEPTION, INTERRUPT, SYSCALL, VDSO, Entry, Trace

# Draws a trace at a width of 1,000 pixels, by instructions and by order.
DRAW = """
const drawn = bars(trace);
JSON.stringify([false, true].map((order) => {
  const to = order ? drawn.steps : drawn.instructions;
  const style = new Proxy({}, { get: (_, name) => String(name) });
  return picture(trace, drawn, { from: 0, to, order, chosen: -1 }, 1000, style);
}));
"""


def pictures(page: str) -> list[str]:
    """What the page's own script makes of its data."""
    script = page.split("<script>")[1].split("</script>", maxsplit=1)[0]
    data = page.split('type="application/json">')[1].split("</script>", maxsplit=1)[0]
    browser = MiniRacer()
    browser.eval(script)
    browser.eval(f"const trace = {data};")
    drawn = browser.eval(DRAW)
    assert isinstance(drawn, str)
    return list(json.loads(drawn))


def example(count: int = 3) -> Trace:
    trace = Trace("hello", ("a b",), "microvm", begin=100, complete=True, outcome="exited: well")
    for number in range(count):
        start = 110 + 100 * number
        outer = Entry(SYSCALL, "write", start, 0, '1, "</script><b>"', "3", end=start + 50)
        outer.inside = 20
        inner = Entry(INTERRUPT, "vector 0x20", start + 10, 1, end=start + 30, rip=0x40)
        trace.entries += [outer, inner]
    trace.entries.append(Entry(VDSO, "__vdso_time", trace.entries[-2].start + 60, 0))
    trace.entries[-1].end = trace.entries[-1].start + 4
    trace.entries.append(Entry(EXCEPTION, "#DE", trace.entries[-1].start + 10, 0))
    trace.end = trace.entries[-1].start + 500
    return trace


def test_what_an_entry_took_is_told_without_what_interrupted_it() -> None:
    outer, inner = example().entries[:2]
    assert (outer.own, inner.own) == (30, 20)
    assert example().entries[-1].own is None


def test_the_rings_share_all_instructions() -> None:
    trace = example()
    assert trace.ring0 == 3 * 50 + 500
    assert trace.ring0 + trace.ring3 == trace.end - trace.begin


def test_a_call_that_a_vdso_function_makes_belongs_to_ring_0() -> None:
    trace = Trace("ask", (), "microvm", begin=0, end=100)
    trace.entries = [
        Entry(VDSO, "__vdso_clock_gettime", 10, 0, end=90, inside=50),
        Entry(SYSCALL, "clock_gettime", 20, 1, end=70),
    ]
    assert (trace.ring0, trace.ring3) == (50, 50)
    assert trace.entries[0].own == 30


def test_the_page_holds_the_data_and_no_program_can_end_its_script() -> None:
    text = page(example())
    assert text.count("</script>") == TEMPLATE.read_text().count("</script>")
    (data,) = re.findall(r'<script id="data" type="application/json">(.*?)</script>', text)
    assert json.loads(data) == example().as_data()


def test_the_page_asks_for_nothing_from_anywhere() -> None:
    text = page(example())
    addresses = set(re.findall(r"https?://[^\"'<> ]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg"}  # a name, which nobody fetches
    assert not re.search(r"<(script|img|iframe|link)[^>]*\b(src|href)=|@import|url\(|fetch\(", text)
    assert "default-src 'none'" in text


@pytest.mark.parametrize("count", [3, 10_000])
def test_the_picture_is_drawn_within_its_frame_and_stays_small(count: int) -> None:
    by_instructions, by_order = pictures(page(example(count)))
    for picture in (by_instructions, by_order):
        bars = re.findall(r'<rect x="([\d.]+)" y="\d+" width="([\d.]+)" [^>]*data-index', picture)
        assert len(bars) < 6000
        assert all(float(x) >= 90 and float(x) + float(w) <= 994 for x, w in bars)
        assert 'fill="syscall"' in picture
        assert 'fill="interrupt"' in picture
        assert 'fill="vdso"' in picture
        assert "NaN" not in picture
    if count == 3:
        assert by_order.count(">write</text>") == 3
