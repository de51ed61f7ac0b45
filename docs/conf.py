"""How Sphinx builds the site: sphinx-build -W docs site."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSION = re.search(r'VERSION = "([^"]+)"', (ROOT / "tinyagent_cli" / "version.py").read_text(encoding="utf-8"))
assert VERSION

project = "tinyagent"
author = "tinyagent authors"
release = VERSION[1]
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["man", "schemas"]
html_theme = "furo"
html_title = f"tinyagent {release}"
html_static_path: list[str] = []
html_extra_path = ["schemas"]
html_copy_source = False
html_show_sphinx = False
highlight_language = "none"
myst_heading_anchors = 3
nitpicky = True
suppress_warnings = ["misc.highlighting_failure"]  # a console block may hold part of a quote
