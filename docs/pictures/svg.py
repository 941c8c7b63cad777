"""Drawing: boxes, lines and text, of which an SVG is made.

Text is monospaced, so that its width is known and a test can ask whether all of
it fits.  Lines and text take the colour of the page's text, and fills are
translucent: the same picture reads on a light page and on a dark one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
SIZE = 13
ADVANCE = 0.61  # of a character, in sizes: no common monospaced font is wider
MARGIN = 8

# What a fill means is said in each picture's legend.
FILLS = {
    "cpu": "rgb(66,133,244)",
    "kernel": "rgb(244,150,40)",
    "program": "rgb(60,170,90)",
    "nothing": "none",
}


@dataclass(frozen=True)
class Box:
    """A rectangle on the picture."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


@dataclass
class Drawing:
    """What was drawn, as SVG elements, and where each text lies."""

    title: str
    elements: list[str] = field(default_factory=list)
    texts: list[tuple[str, Box]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    extent: tuple[float, float] = (0, 0)

    def box(self, box: Box, fill: str, *, dashed: bool = False) -> Box:
        """Draw a box, and return it."""
        dashes = ' stroke-dasharray="4 3"' if dashed else ""
        self.elements.append(
            f'<rect x="{box.left:g}" y="{box.top:g}" width="{box.width:g}" height="{box.height:g}" '
            f'fill="{FILLS[fill]}" fill-opacity="0.28" stroke="currentColor"{dashes}/>'
        )
        self.boxes.append(box)
        self._reach(box.right, box.bottom)
        return box

    def text(
        self, x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False
    ) -> Box:
        """Write one line whose middle is at ``y``; ``anchor`` is start, middle or end."""
        width = len(text) * SIZE * ADVANCE
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        weight = ' font-weight="bold"' if bold else ""
        self.elements.append(
            f'<text x="{x:g}" y="{y + SIZE * 0.35:g}" text-anchor="{anchor}"{weight}>'
            f"{escape(text)}</text>"
        )
        place = Box(left, y - SIZE * 0.6, width, SIZE * 1.2)
        self.texts.append((text, place))
        self._reach(place.right, place.bottom)
        return place

    def line(self, *points: tuple[float, float], arrow: bool = False, dashed: bool = False) -> None:
        """Draw a line through ``points``, with an arrow at its end."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        more = (' marker-end="url(#arrow)"' if arrow else "") + (
            ' stroke-dasharray="4 3"' if dashed else ""
        )
        self.elements.append(f'<polyline points="{path}" fill="none" stroke="currentColor"{more}/>')
        self._reach(max(x for x, _ in points), max(y for _, y in points))

    def legend(self, left: float, middle: float, rows: list[tuple[str, str]]) -> None:
        """Say what fills mean, in one row."""
        for fill, meaning in rows:
            self.box(Box(left, middle - 7, 14, 14), fill)
            left = self.text(left + 20, middle, meaning).right + 24

    def text_outside(self) -> list[str]:
        """Texts that leave the picture at its left or upper edge; the others make it larger."""
        return [text for text, box in self.texts if box.left < 0 or box.top < 0]

    def texts_that_meet(self) -> list[tuple[str, str]]:
        """Pairs of texts that lie over each other."""
        return [
            (one, other)
            for place, (one, first) in enumerate(self.texts)
            for other, second in self.texts[place + 1 :]
            if first.left < second.right
            and second.left < first.right
            and first.top < second.bottom
            and second.top < first.bottom
        ]

    def texts_that_leave_their_boxes(self) -> list[str]:
        """Texts that are partly in a box, and partly not."""
        return [
            text
            for text, place in self.texts
            for box in self.boxes
            if place.left < box.right
            and box.left < place.right
            and box.top <= (place.top + place.bottom) / 2 <= box.bottom
            and not (box.left <= place.left and place.right <= box.right)
        ]

    def svg(self) -> str:
        """The whole picture."""
        width, height = (reach + MARGIN for reach in self.extent)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
            f'width="{width:g}" style="max-width: 100%; height: auto" '
            f'font-family="{FONT}" font-size="{SIZE}" fill="currentColor" role="img">'
            f"<title>{escape(self.title)}</title>"
            '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
            'markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="currentColor"/>'
            "</marker></defs>\n" + "\n".join(self.elements) + "\n</svg>\n"
        )

    def _reach(self, x: float, y: float) -> None:
        self.extent = max(self.extent[0], x), max(self.extent[1], y)
