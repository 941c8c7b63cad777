"""Damaged relocatable files: refused or linked, in bounded time and memory, never a traceback."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.elf import gnu
from ring3.diagnostic import Ring3Error
from ring3.elf import PROGRAM, link
from ring3.elf.relocatable import read_relocatable

SOURCE = """
static int hidden; int shown = 3; int *pointer = &hidden;
int _start(int how) {
    switch (how) {
    case 1: return shown;
    case 2: return hidden;
    case 3: return *pointer;
    case 4: return how * 7;
    case 5: return "text"[how];
    }
    return 0;
}
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder: Path = tmp_path_factory.mktemp("hostile")
    return gnu.compile_c(folder, "sound", SOURCE, "-O1").read_bytes()


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_damaged_object_is_linked_or_refused_in_words(sound: bytes, data: st.DataObject) -> None:
    damaged = bytearray(sound)
    tables = len(sound) - 64 * 16  # the section headers, whose damage goes deepest
    anywhere = st.integers(0, len(sound) - 1)
    places = st.one_of(st.integers(0, 63), st.integers(tables, len(sound) - 1), anywhere)
    changes = data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8))
    for place, value in changes:
        damaged[place] = value
    length = data.draw(st.one_of(st.just(len(sound)), anywhere))
    with suppress(Ring3Error):
        link([read_relocatable(bytes(damaged[:length]), "damaged.o")], PROGRAM)
