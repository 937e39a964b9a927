"""The helpers of these tests are plain modules beside them; those of the records tests make the package."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / other) for other in ("records", "drafting", "api"))]
