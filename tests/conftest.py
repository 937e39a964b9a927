"""What holds for all tests."""

from hypothesis import settings

# How long an example takes says more of the machine that the suite shares than of the program.
settings.register_profile("project", deadline=None)
settings.load_profile("project")
