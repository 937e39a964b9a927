import sys
from pathlib import Path

# The scripted model server is shared with the tests of the models.
sys.path.insert(0, str(Path(__file__).parents[1] / "models"))
sys.path.insert(0, str(Path(__file__).parent))
