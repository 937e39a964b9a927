"""A language model in the worker's own process, read by transformers. torch is first imported when it is first used."""

from models.transformers_local.backend import TransformersBackend
from models.transformers_local.local_model import LocalModel

__all__ = ["LocalModel", "TransformersBackend"]
