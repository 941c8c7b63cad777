"""The site: docs/*.md, the sources they quote, and pictures drawn from data ──Sphinx──> HTML."""

from __future__ import annotations

import sys
from pathlib import Path

from ring3 import workspace

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the extensions and the pictures

project = "ring3"
language = "en"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "extensions.assembly",
    "extensions.commands",
    "extensions.docstrings",
    "extensions.keys",
    "extensions.picture",
]
exclude_patterns = ["extensions", "pictures", "static"]
highlight_language = "text"

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": True}
python_use_unqualified_type_names = True

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_title = "ring3"
html_show_copyright = False
html_copy_source = False

# Without them there is nothing to quote and nothing to draw.
assert workspace.stock().kernel.is_dir()
