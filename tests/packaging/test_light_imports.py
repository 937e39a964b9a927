"""The light entry points stay light: no model library and no queue in the API, no model in the worker's parent."""

import subprocess
import sys

import pytest


def loaded_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint('\\n'.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(out.stdout.split())


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("import service.app", {"torch", "transformers", "celery", "kombu", "models", "workers", "sudachipy"}),
        ("import cli.commands", {"torch", "transformers", "models", "fastapi", "sqlalchemy", "celery", "sudachipy"}),
        ("import workers.celery_app", {"torch", "transformers", "models", "sudachipy"}),
        (
            "import models.registry, models.transformers_local",
            {"torch", "transformers", "tokenizers", "huggingface_hub"},
        ),
        (
            "from models.registry import load_model\n"
            "from workers.model_options import options_of\n"
            "from service.settings import Settings\n"
            "model = load_model('transformers', options_of(Settings(transformers_model='/models/current')))\n"
            "model.backend.slots",
            {"torch", "transformers", "tokenizers", "huggingface_hub", "xgrammar"},
        ),
    ],
)
def test_imports(statement: str, forbidden: set[str]) -> None:
    assert loaded_after(statement) & forbidden == set()
