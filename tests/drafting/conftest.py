"""The builder is a plain module beside the tests; importlib mode needs its folder named."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
