"""Line ends, undone as they were done."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ring3.machine.newlines import Newlines

CHUNKS = st.lists(st.text(alphabet="a\r\n", max_size=5).map(str.encode))


@given(CHUNKS, CHUNKS)
def test_what_a_program_wrote_comes_back_however_it_is_cut(
    written: list[bytes], cuts: list[bytes]
) -> None:
    """The guest sends each ``\\n`` as ``\\r\\n``; the line cuts where it likes."""
    program = b"".join(written)
    line = program.replace(b"\n", b"\r\n")
    newlines = Newlines()
    heard = b""
    for cut in cuts:
        heard += newlines.feed(line[: len(cut)])
        line = line[len(cut) :]
    heard += newlines.feed(line) + newlines.rest()
    assert heard == program


def test_all_but_an_undecided_carriage_return_comes_at_once() -> None:
    newlines = Newlines()
    assert newlines.feed(b"50 %\r") == b"50 %"
    assert newlines.feed(b"60 %") == b"\r60 %"
