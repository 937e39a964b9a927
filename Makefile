# Two commands: `make run` and `make test`. No root, no Docker; Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest -q

# No hash and no list of its CUDA libraries for torch: which build it is, for a processor or for which CUDA, is the
# machine's choice. To take another: make transformers TORCH=torch==2.15.0
TORCH := torch==2.13.0
OF_TORCH := torch setuptools cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cublas nvidia-cuda-cccl nvidia-cuda-cupti \
  nvidia-cuda-nvrtc nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver \
  nvidia-cusparse nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 nvidia-nvtx

.PHONY: help run demo test transformers image check bench evaluate pictures lock clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A folder left half made by an interrupted start has no working pip and is made anew.
$(VENV)/.ready: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) が見つかりません。Python 3.11 以上を導入するか、make run PYTHON=python3.11 のように指定してください。" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 以上が必要です（見つかったもの: %s）。make run PYTHON=python3.11 のように指定してください。" % sys.version.split()[0])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) に venv がありません。Debian や Ubuntu では python3-venv を導入してください。" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { echo "仮想環境 $(VENV) を作り、依存ライブラリを導入します（1分ほど）…"; $(PYTHON) -m venv --clear $(VENV); }
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# Beside what is there already; the service itself never needs it.
$(VENV)/.ready-transformers: $(VENV)/.ready requirements-transformers.lock
	@$(PIP) $(TORCH)
	@$(PIP) --no-deps --require-hashes -r requirements-transformers.lock
	@$(BIN)/python -m pip check
	@touch $@

transformers: $(VENV)/.ready-transformers ## what a language model in the worker itself needs: torch, transformers (1 GB and more)

run: $(VENV)/.ready ## set up and start everything; Ctrl-C stops it
	@exec $(BIN)/gijiyoshi up

demo: $(VENV)/.ready ## upload the sample meeting to the running service and show the draft
	@$(BIN)/gijiyoshi demo

test: $(VENV)/.ready-dev ## all tests but those of `make image`
	$(PYTEST) -n 2 --dist loadfile

image: $(VENV)/.ready-dev ## the image's steps, the compose file's processes without an engine, a generated client; needs a package index
	$(PYTEST) -m image tests/packaging tests/e2e

check: $(VENV)/.ready-dev ## linters, types, layers, docs in step with the code (settings, schemas, examples)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy docs/examples
	$(BIN)/lint-imports
	$(PYTEST) tests/packaging/test_settings_documented.py tests/packaging/test_compose_file.py tests/reading/test_meeting_input.py

bench: $(VENV)/.ready-dev ## ratios measured in one run
	$(BIN)/python -m bench

lock: ## both lock files anew, after a change of the dependencies; needs uv
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra transformers -c requirements.lock $(OF_TORCH:%=--no-emit-package %) pyproject.toml -o requirements-transformers.lock

evaluate: $(VENV)/.ready-dev ## measure the drafts and renew docs/quality.md; GIJIYOSHI_DATA names the folder of records
	$(BIN)/gijiyoshi evaluate -o docs/quality.md

pictures: $(VENV)/.ready-dev ## the pictures of the documents anew; needs Chromium
	$(BIN)/python docs/images/take.py

clean: ## remove the environment (never the data in var/)
	rm -rf $(VENV)
