# The workflow. `make demo` and `make test` need only Python 3.11+ and make: they set up what they use.
PYTHON ?= python3
# Compiled files are written even where the environment forbids it: a cold import costs seconds.
export PYTHONDONTWRITEBYTECODE :=
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup demo run test check format lock bench-poll stream pictures wheel clean

help:  ## List these targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 24

setup: $(READY)  ## Install what is locked into .venv

$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sahelwatch needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY)  ## The main job, with no token and no network
	@$(BIN)/sahelwatch demo

run: $(READY)  ## The bot, with the settings of the environment and .env
	@$(BIN)/sahelwatch run

test: $(READY)  ## Every test, on SQLite and PostgreSQL
	@$(BIN)/pytest -n 2 --dist loadgroup

check: $(READY)  ## Lint, format, types, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY)  ## Let ruff format and mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(READY)  ## Renew the locks: hashes, no index address
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

bench-poll: $(READY)  ## Feeds per CPU second beside `reader` and plain feedparser (about 10 minutes)
	@$(BIN)/python -m bench.poll

stream: $(READY)  ## Three recorded weeks and a month of French news through the real process (needs SAHELWATCH_DATA)
	@$(BIN)/python -m bench.stream

pictures: $(READY)  ## The pictures in docs/, from the real output
	@$(BIN)/python -m bench.pictures

wheel: $(READY)  ## Build the wheel into dist/
	@$(BIN)/python -m hatchling build -t wheel

clean:  ## Remove what these targets made
	rm -rf .venv dist out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
