"""``{picture} NAME``: one of the pictures, drawn now, as SVG within the page.

Within the page its text can be selected and found, and takes the theme's colours.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from pictures import PICTURES


class Picture(SphinxDirective):
    """A figure; the directive's content is its caption."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Called for each use in a document."""
        name = self.arguments[0]
        if name not in PICTURES:
            raise self.error(f"there is no picture {name}; there are {', '.join(PICTURES)}")
        figure = nodes.figure()
        figure += nodes.raw("", PICTURES[name]().svg(), format="html")
        if self.content:
            caption = nodes.caption()
            children, messages = self.state.inline_text(" ".join(self.content), self.lineno)
            caption += children
            figure += caption
            return [figure, *messages]
        return [figure]


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("picture", Picture)
    return {"parallel_read_safe": True}
