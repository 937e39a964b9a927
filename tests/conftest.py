"""What holds for all tests."""

import pytest
from hypothesis import settings

# How long an example takes says more of the machine that the suite shares than of the program.
settings.register_profile("project", deadline=None)
settings.load_profile("project")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One second run for a test in a browser: Chromium on a starved machine may fail by itself. The summary names it."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))
