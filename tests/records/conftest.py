"""The builders are plain modules beside the tests and in the tests of drafting; importlib mode needs them named."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "drafting")]
