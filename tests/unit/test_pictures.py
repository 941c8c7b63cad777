"""The pictures say what the sources say: what changes there changes here, or is an error."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pictures import PICTURES
from pictures.frames import frames, read_frame
from pictures.memory_map import areas, memory_map, read_constants
from pictures.svg import Drawing
from pictures.ways import Way, ways, ways_of
from ring3.diagnostic import Ring3Error
from ring3.trace import Entry
from ring3.workspace import Workspace, stock

FOUND = (
    Way("INT 0x80", "clock_gettime64", 107, "IRETQ"),
    Way("SYSCALL", "clock_gettime", 104, "SYSRETQ"),
    Way("vDSO", "__vdso_clock_gettime", 27, "RET"),
)


def changed(folder: Path, file: str, old: str, new: str) -> Workspace:
    """A workspace with one text of the kernel changed."""
    text = (stock().kernel / file).read_text()
    assert old in text
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text.replace(old, new))
    return Workspace(kernel_sources=folder)


def texts(drawing: Drawing) -> list[str]:
    """All that is written in a picture, out of the SVG."""
    root = ElementTree.fromstring(drawing.svg())
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


def filled_by(door: str) -> dict[str, str]:
    slots = read_frame(door, f"entry/{door}.s", Workspace())
    return {slot.name: slot.filled_by for slot in slots}


def width_of_boxes(drawing: Drawing, fill: str) -> list[float]:
    boxes = re.findall(r'<rect .* width="([\d.]+)" .*fill="(rgb\([\d,]+\))"', drawing.svg())
    return [float(width) for width, filled in boxes if filled == fill]


def test_a_slot_s_name_comes_from_the_sources(tmp_path: Path) -> None:
    assert "RDX" in texts(frames())
    changed(tmp_path, "include/frame.inc", "CALL_RDX", "CALL_THIRD")
    workspace = changed(tmp_path, "entry/syscall.s", "# 24  RDX", "# 24  THIRD")
    assert "THIRD" in texts(frames(workspace))


def test_a_door_whose_comments_are_not_the_frame_s_is_no_picture(tmp_path: Path) -> None:
    workspace = changed(tmp_path, "entry/int80.s", "# 48  RSI", "# 48  RBX")
    with pytest.raises(Ring3Error, match="does not fill the slots"):
        frames(workspace)


def test_a_slot_is_filled_by_the_line_that_stands_there() -> None:
    filled = filled_by("int80")
    assert (filled["SS"], filled["RIP"]) == ("", "")  # the CPU
    assert filled["NUMBER"] == "push rax"
    filled = filled_by("syscall")
    assert (filled["RIP"], filled["RFLAGS"]) == ("push rcx", "push r11")


def test_the_map_s_addresses_come_from_the_sources(tmp_path: Path) -> None:
    old, new = "0xffffffffc0000000", "0xffffffffd0000000"
    workspace = changed(tmp_path, "include/memory.inc", old, new)
    assert old in [area.address for area in areas(read_constants(Workspace()), ())]
    assert new in [area.address for area in areas(read_constants(workspace), ())]


def test_the_map_has_the_kernel_s_segments_with_their_rights() -> None:
    written = texts(memory_map())
    for name, rights in (("text", "r-x"), ("rodata", "r--"), ("data", "rw-")):
        assert written.count(f"kernel {name}") == 2  # virtual and physical
        assert rights in written
    assert "0x100000" in written


def test_a_way_is_as_long_as_its_instructions() -> None:
    vdso, kernel = "rgb(66,133,244)", "rgb(244,150,40)"
    int80, syscall, _ = width_of_boxes(ways(FOUND), kernel)  # the last one is the legend's
    inside, _ = width_of_boxes(ways(FOUND), vdso)
    assert int80 / syscall == pytest.approx(107 / 104, rel=1e-3)
    assert inside / int80 == pytest.approx(27 / 107, rel=1e-3)


def test_the_ways_come_out_of_a_trace() -> None:
    entries = [
        Entry("int80", "clock_gettime64", start=10, depth=0, end=40, inside=10),
        Entry("interrupt", "timer", start=20, depth=1, end=30),
        Entry("syscall", "clock_gettime", start=50, depth=0, end=65),
        Entry("vdso", "__vdso_clock_gettime", start=70, depth=0, end=75),
    ]
    found = [(way.call, way.instructions, way.leaves_by) for way in ways_of(entries, Workspace())]
    assert found == [
        ("clock_gettime64", 20, "IRETQ"),
        ("clock_gettime", 15, "SYSRETQ"),
        ("__vdso_clock_gettime", 5, "RET"),
    ]
    with pytest.raises(Ring3Error, match="no clock_gettime by vDSO"):
        ways_of(entries[:-1], Workspace())


@pytest.mark.parametrize("name", PICTURES)
def test_no_text_is_clipped_or_lies_over_another(name: str) -> None:
    drawing = ways(FOUND) if name == "ways" else PICTURES[name]()
    assert drawing.texts_that_meet() == []
    assert drawing.text_outside() == []
    assert drawing.texts_that_leave_their_boxes() == []


def test_text_that_meets_is_noticed() -> None:
    drawing = Drawing("wrong")
    drawing.text(20, 20, "one")
    drawing.text(30, 22, "other")
    drawing.text(-9, 60, "outside")
    assert drawing.texts_that_meet() == [("one", "other")]
    assert drawing.text_outside() == ["outside"]


def test_every_picture_of_the_site_is_drawn_somewhere() -> None:
    used = set()
    for chapter in (Path(__file__).parents[2] / "docs").glob("*.md"):
        used |= set(re.findall(r"^```\{picture\} (\w+)$", chapter.read_text(), re.MULTILINE))
    assert used == set(PICTURES)
