import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from heard_meeting import attributed, meeting_about, transcript_of

from minutes.hearing import Mishearing, find_mishearings
from minutes.profile import Profile
from minutes.profiles import load_profile


@pytest.fixture
def find() -> Callable[..., tuple[Mishearing, ...]]:
    def run(
        *texts: str, titles: Sequence[str] = (), by: str | None = None, profile: Profile | None = None, **changes: Any
    ) -> tuple[Mishearing, ...]:
        transcript = transcript_of(*texts)
        held = meeting_about(*titles, **changes)
        return find_mishearings(transcript, attributed(transcript, by), held, profile or load_profile())

    return run
