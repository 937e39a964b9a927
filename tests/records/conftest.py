"""The builders are plain modules beside the tests, those of drafting and of the API; importlib mode needs them named."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "drafting"), str(HERE.parent / "api")]
