#!/bin/sh
# The steps of the images, each a RUN of the Dockerfile. They stand here so that a test can run the same words where there
# is no Docker engine (tests/packaging/test_image_steps.py).
set -eu
step=${1:?collect, project, model, install or cuda} wheels=${2:?the folder of wheels}

case $step in
collect) # every dependency, checked against its hash; of the steps for the API the only one that needs a package index for more than the build backend
  python -m pip wheel --quiet --require-hashes --wheel-dir "$wheels" -r requirements.lock
  ;;
project)
  python -m pip wheel --quiet --no-deps --wheel-dir "$wheels" .
  ;;
model) # what a language model in the worker needs, beside the rest
  python -m pip wheel --quiet --no-deps --require-hashes --wheel-dir "$wheels" -r requirements-transformers.lock
  # torch by its version, from the index that has the wanted build; what it asks for is taken as the lock has it, and only
  # the libraries of its own CUDA come with it.
  sed -n '/^[a-z]/s/ *\\$//p' requirements-transformers.lock >constraints.txt
  python -m pip wheel --quiet ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} --find-links "$wheels" \
    --constraint constraints.txt --wheel-dir "$wheels" "${TORCH:?the version of torch, as torch==2.13.0}"
  ;;
install) # from the wheels alone
  python -m pip install --quiet --no-cache-dir --no-index --no-deps "$wheels"/*.whl
  python -m pip check
  gijiyoshi --help >/dev/null
  ;;
cuda) # else every meeting would be computed on the processor, without a word
  python -c 'import sys, torch; sys.exit(None if torch.version.cuda else "torch %s is no build for CUDA: set TORCH_INDEX" % torch.__version__)'
  ;;
*)
  echo "image.sh: no step $step" >&2
  exit 2
  ;;
esac
