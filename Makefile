# Two commands: `make run` and `make test`. No root, no Docker; Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run demo test check bench evaluate clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 以上が必要です（見つかったもの: %s）。PYTHON=python3.11 make run のように指定してください。" % sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/.ready ## set up and start everything; Ctrl-C stops it
	@exec $(BIN)/gijiyoshi up

demo: $(VENV)/.ready ## upload the sample meeting to the running service and show the draft
	@$(BIN)/gijiyoshi demo

test: $(VENV)/.ready-dev ## all tests
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: $(VENV)/.ready-dev ## linters, types, layers, docs in step
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ready-dev ## ratios measured in one run
	$(BIN)/python -m bench

evaluate: $(VENV)/.ready-dev ## measure the drafts and renew docs/quality.md; GIJIYOSHI_DATA names the folder of records
	$(BIN)/gijiyoshi evaluate -o docs/quality.md

clean: ## remove the environment (never the data in var/)
	rm -rf $(VENV)
