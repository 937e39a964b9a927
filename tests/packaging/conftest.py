"""The project installed as the image has it, once for all tests that want it."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from image_environment import Collected, Installed, build, collect_for_a_model, torch_can_be_had


@pytest.fixture(scope="session")
def installed() -> Iterator[Installed]:
    with _folder() as folder:
        yield build(folder)


@pytest.fixture(scope="session")
def collected_for_a_model(installed: Installed) -> Iterator[Collected]:
    if not torch_can_be_had(installed.folder):
        pytest.skip("この環境の索引からは torch が手に入らない: 言語モデル用の wheel を集められない")
    with _folder() as folder:
        yield collect_for_a_model(folder, installed)


@contextmanager
def _folder() -> Iterator[Path]:
    """Not in pytest's folder, which only this user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="gijiyoshi-image-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
