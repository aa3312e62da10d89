# Copyright (c) 2026 remote_desktop.licensing contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Needs Python 3.11 or newer, git and make; everything else is installed into .venv.
#   make demo    configure a simulated farm of Remote Desktop session hosts
#   make test    all checks, or some: make test STAGES="ruff unit"
#   make docs    build the documentation site: build/docs/index.html
#   make bench   report requests, times and memory
#   make galaxy      check what would be uploaded, and run the demo from where it was installed
#   make live INVENTORY=lab.yml  try it on real hosts, and record them: tests/live/README.md
#   make ee-context  check what an execution environment is told to install
#   make mesh    slices on AWX's engine, with a node lost; smaller: make mesh MESH_HOSTS=40
#   make stories break the rescue playbooks off at every place, and run each again

PYTHON ?= python3
BUILD ?= build
STAGES ?=
LANES ?= 2
MESH_HOSTS ?= 1000
INVENTORY ?=
LIVE ?=
STORIES ?=

TREE = $(BUILD)/tree
COLLECTION = $(TREE)/ansible_collections/remote_desktop/licensing
IN_COLLECTION = cd "$(COLLECTION)" && "$(CURDIR)/.venv/bin/python"
RUN_TESTS = .venv/bin/python tests/tools/run_tests.py --build "$(BUILD)" --lanes "$(LANES)"

.PHONY: help demo bench mesh stories live live-records test lint sanity unit e2e molecule docs galaxy ee-context changelog stages clean python demo-tools mesh-tools test-tools tree

help:
	@sed -n 's/^#   //p' Makefile

python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed, and '$(PYTHON)' is not: name one that is, as in 'make test PYTHON=python3.13'." >&2; \
	  exit 1; }

demo-tools: python
	@"$(PYTHON)" tests/tools/environments.py .venv demo

test-tools: python
	@"$(PYTHON)" tests/tools/environments.py .venv demo test

tree: python
	@"$(PYTHON)" tests/tools/lay_out.py "$(TREE)" >/dev/null

demo: demo-tools tree
	@$(IN_COLLECTION) tests/demo/run.py

bench: demo-tools tree
	@$(IN_COLLECTION) tests/bench/run.py

live: demo-tools tree
	@test -n "$(INVENTORY)" || { echo "Name an inventory: make live INVENTORY=lab.yml" >&2; exit 2; }
	@"$(CURDIR)/.venv/bin/python" "$(COLLECTION)/tests/live/run.py" -i "$(INVENTORY)" $(LIVE)

# The farm's records that the unit tests replay.
live-records: demo-tools tree
	@"$(CURDIR)/.venv/bin/python" "$(COLLECTION)/tests/live/on_farm.py" \
		--into "$(CURDIR)/tests/unit/live/records/farm"

mesh-tools: python
	@"$(PYTHON)" tests/tools/environments.py .venv demo mesh
	@"$(PYTHON)" tests/tools/receptor.py "$(BUILD)/receptor"

mesh: mesh-tools tree
	@$(IN_COLLECTION) tests/mesh/run.py --hosts "$(MESH_HOSTS)"

stories: test-tools tree
	@$(IN_COLLECTION) tests/interruptions/run.py $(STORIES)

test: test-tools
	@$(RUN_TESTS) $(STAGES)

lint: test-tools
	@$(RUN_TESTS) ruff mypy ansible-lint changelog reuse

sanity unit e2e molecule docs galaxy ee-context: test-tools
	@$(RUN_TESTS) $@

# Takes new fragments into CHANGELOG.md; ansible-doc finds the new plugins in the laid-out tree.
changelog: test-tools tree
	cd "$(COLLECTION)" && PATH="$(CURDIR)/.venv/bin:$$PATH" ANSIBLE_COLLECTIONS_PATH="$$(cd ../../.. && pwd)" \
	  antsibull-changelog release --update-existing --refresh-fragments
	cp "$(COLLECTION)/CHANGELOG.md" CHANGELOG.md
	cp "$(COLLECTION)/changelogs/changelog.yaml" changelogs/changelog.yaml

stages: test-tools
	@$(RUN_TESTS) --list

clean:
	rm -rf "$(BUILD)" .venv .venv.lock
