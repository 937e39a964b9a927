"""The builders are plain modules beside the tests; importlib mode needs their folder named."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
