#!/bin/sh
# The steps of the image, each a RUN of the Dockerfile. They stand here so that a test can run the same words where there
# is no Docker engine (tests/packaging/test_image_steps.py).
set -eu
step=${1:?collect, project or install} wheels=${2:?the folder of wheels}

case $step in
collect) # every dependency, checked against its hash; the only step that needs a package index for more than the build backend
  python -m pip wheel --quiet --require-hashes --wheel-dir "$wheels" -r requirements.lock
  ;;
project)
  python -m pip wheel --quiet --no-deps --wheel-dir "$wheels" .
  ;;
install) # from the wheels alone
  python -m pip install --quiet --no-cache-dir --no-index --no-deps "$wheels"/*.whl
  python -m pip check
  gijiyoshi --help >/dev/null
  ;;
*)
  echo "image.sh: no step $step" >&2
  exit 2
  ;;
esac
