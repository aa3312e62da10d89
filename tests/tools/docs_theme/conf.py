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

# The colors of antsibull's tables are those below: its own are for light pages only.
antsibull_ext_color_scheme = "none"

html_theme = "furo"
html_title = "remote_desktop.licensing"
html_show_sphinx = False
html_copy_source = False
html_use_index = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
_LIGHT = {
    "color-brand-primary": "#0b5cad",
    "color-brand-content": "#0b5cad",
    "antsibull-table-border": "#d5dbe1",
    "antsibull-table-background-header": "#eef2f6",
    "antsibull-table-background-odd": "#ffffff",
    "antsibull-table-background-even": "#f7f9fb",
    "antsibull-narrowtable-background": "#eef2f6",
    "antsibull-links-text": "#ffffff",
    "antsibull-links-background": "#0b5cad",
    "antsibull-links-background-active": "#08427c",
    "antsibull-links-focus-outline": "#7db9f5",
    "antsibull-deprecation-background": "#eeeeee",
    "antsibull-deprecation-border": "#000000",
    "antsibull-deprecation-color": "#000000",
    "antsibull-option-type": "#7a1f7a",
    "antsibull-option-elements": "#7a1f7a",
    "antsibull-option-required": "#b3261e",
    "antsibull-option-version-added": "#0d652d",
    "antsibull-option-aliases": "#0d652d",
    "antsibull-option-default": "#0b5cad",
    "antsibull-option-sample": "#0b5cad",
    "antsibull-option-sample-header": "inherit",
    "antsibull-attribute-support-full": "#0d652d",
    "antsibull-attribute-support-partial": "#7a5c00",
    "antsibull-attribute-support-none": "#b3261e",
    "antsibull-attribute-support-na": "inherit",
}
_DARK = {
    **_LIGHT,
    "color-brand-primary": "#7db9f5",
    "color-brand-content": "#7db9f5",
    "antsibull-table-border": "#4a4d52",
    "antsibull-table-background-header": "#2b2d31",
    "antsibull-table-background-odd": "#1a1b1e",
    "antsibull-table-background-even": "#202226",
    "antsibull-narrowtable-background": "#2b2d31",
    "antsibull-links-text": "#0b1a2b",
    "antsibull-links-background": "#7db9f5",
    "antsibull-links-background-active": "#a9d1f9",
    "antsibull-deprecation-background": "#111111",
    "antsibull-deprecation-border": "#ffffff",
    "antsibull-deprecation-color": "#ffffff",
    "antsibull-option-type": "#e3a1e3",
    "antsibull-option-elements": "#e3a1e3",
    "antsibull-option-required": "#ff9b94",
    "antsibull-option-version-added": "#81d69b",
    "antsibull-option-aliases": "#81d69b",
    "antsibull-option-default": "#9fcaf8",
    "antsibull-option-sample": "#9fcaf8",
    "antsibull-attribute-support-full": "#81d69b",
    "antsibull-attribute-support-partial": "#e6c766",
    "antsibull-attribute-support-none": "#ff9b94",
}
html_theme_options = {"light_css_variables": _LIGHT, "dark_css_variables": _DARK}
