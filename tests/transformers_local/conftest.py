"""Tiny models, built once, and a backend over each. Without the extra [transformers] all of this is skipped."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "models"))

from models.transformers_local import LocalModel, TransformersBackend

# Before a test module imports the libraries themselves.
os.environ["HF_HUB_OFFLINE"] = "1"

ABSENT = [each for each in ("torch", "transformers", "xgrammar", "peft", "gguf", "accelerate") if not find_spec(each)]


class Skipped(pytest.Module):
    """In place of a module whose imports would fail."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        pytest.skip(f"the extra [transformers] is not installed: no {', '.join(ABSENT)}", allow_module_level=True)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return Skipped.from_parent(parent, path=module_path) if ABSENT else None


@dataclass(frozen=True)
class Models:
    llama: Path
    gemma: Path
    gguf: Path
    adapter: Path
    never_closing: Path
    brief: Path


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Models:
    import tiny_models
    from transformers.utils import logging

    logging.disable_progress_bar()
    folder = tmp_path_factory.mktemp("tiny")
    llama = tiny_models.llama(folder / "llama")
    return Models(
        llama=llama,
        gemma=tiny_models.gemma(folder / "gemma"),
        gguf=tiny_models.as_gguf(llama, folder / "llama.gguf"),
        adapter=tiny_models.adapter(llama, folder / "lora"),
        never_closing=tiny_models.outspoken(llama, folder / "never_closing", 0.0),
        brief=tiny_models.outspoken(llama, folder / "brief", 8.0),
    )


Open = Callable[..., TransformersBackend]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Makes backends that end with the test."""
    made: list[TransformersBackend] = []

    def make(model: Path, **settings: object) -> TransformersBackend:
        # One thread: those of torch wait for each other where other tests use the processors.
        backend = TransformersBackend(LocalModel(str(model), **{"threads": 1, **settings}))  # type: ignore[arg-type]
        made.append(backend)
        return backend

    yield make
    for backend in made:
        backend.close()


@pytest.fixture(scope="session")
def llama(tiny: Models) -> Iterator[TransformersBackend]:
    """Shared by tests that only ask it."""
    backend = TransformersBackend(LocalModel(str(tiny.llama), threads=1))
    yield backend
    backend.close()
