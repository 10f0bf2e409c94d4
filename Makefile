# Each line is a command one could type. Nothing outside this folder is written but package caches.
PYTHON ?= python3
VENV := .venv
STAMP := $(VENV)/.installed

.PHONY: run test lint bench docs clean

run: $(STAMP)
	JIEXU_HOME=$${JIEXU_HOME:-$(CURDIR)/var/demo} $(VENV)/bin/jiexu serve --demo

test: $(STAMP)
	$(VENV)/bin/python tests/legs.py

lint: $(STAMP)
	$(VENV)/bin/ruff format --check src tests benchmarks
	$(VENV)/bin/ruff check src tests benchmarks
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(STAMP)
	$(VENV)/bin/jiexu bench all

docs: $(STAMP)
	$(VENV)/bin/python docs/generate.py

$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --disable-pip-version-check --quiet --require-hashes -r requirements/dev.txt
	$(VENV)/bin/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	$(VENV)/bin/python -m compileall -q $(VENV)/lib src
	touch $(STAMP)

clean:
	rm -rf $(VENV) var build src/*.egg-info
