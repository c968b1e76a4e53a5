# Everything lives in .venv; nothing is installed outside it, but for the browser that the tests drive.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
DEV_STAMP := $(VENV)/installed-dev
DATA ?= data
HOST ?= 127.0.0.1
PORT ?= 7860

.PHONY: install run test lint types contracts unit browser bench clean

install: $(STAMP)

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check -q -c constraints.txt -e .
	touch $@

$(DEV_STAMP): $(STAMP)
	$(BIN)/python -m pip install --disable-pip-version-check -q -c constraints.txt -e '.[dev]'
	touch $@

run: $(STAMP)
	$(BIN)/qa-bot index --data $(DATA) seeds
	$(BIN)/qa-bot serve --data $(DATA) --host $(HOST) --port $(PORT)

test: $(DEV_STAMP) lint types contracts unit

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV_STAMP)
	$(BIN)/mypy

contracts: $(DEV_STAMP)
	$(BIN)/lint-imports --config pyproject.toml

unit: $(DEV_STAMP) browser
	$(BIN)/python -m pytest -n auto --dist loadfile --ignore tests/browser --cov --cov-report=
	$(BIN)/python -m pytest tests/browser --cov --cov-append --cov-report=term:skip-covered

browser:
	@sh tests/browser/find_browser.sh

bench: $(DEV_STAMP)
	$(BIN)/python tests/benchmarks/ask_from_cold.py

clean:
	rm -rf $(VENV) $(DATA) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
