# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx's configuration of the documentation site; tests/tools/docs_site.py runs Sphinx with it.

Nothing is fetched: the inventory of Ansible's documentation lies on disk, and the theme brings its
own scripts.
"""

from __future__ import annotations

project = "remote_desktop.licensing"
author = "remote_desktop.licensing contributors"
project_copyright = "2026, remote_desktop.licensing contributors"

extensions = ["myst_parser", "sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/ansible/latest/", "ansible.inv")}
# Anchors as GitHub makes them, so that a link works there and here.
myst_heading_anchors = 3
highlight_language = "none"

html_theme = "furo"
html_title = "remote_desktop.licensing"
html_show_sphinx = False
html_copy_source = False
html_use_index = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#0b5cad",
        "color-brand-content": "#0b5cad",
    },
    "dark_css_variables": {
        "color-brand-primary": "#7db9f5",
        "color-brand-content": "#7db9f5",
    },
}
