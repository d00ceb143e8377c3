# make run   the studio on http://localhost:8501 (first time: makes .venv and installs requirements.txt)
# make test  everything: linters, types, import contracts, tests, a real browser
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: run setup test lint format bench clean
.DEFAULT_GOAL := run

run: setup
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

setup: $(VENV)/.runtime

# The stamps are written last, so an interrupted installation is taken up again by the next call.
$(VENV)/.runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with make PYTHON=python3.12" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet "pip==25.3"
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off -r requirements.txt
	touch $@

$(VENV)/.tooling: pyproject.toml $(VENV)/.runtime
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --group dev
	touch $@

lint: $(VENV)/.tooling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.tooling
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

test: lint
	bash .ci/chromium
	$(BIN)/python -m pytest -n 2 --dist worksteal

bench: $(VENV)/.tooling
	for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
