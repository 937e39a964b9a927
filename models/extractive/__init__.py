"""The default backend: sentences chosen from what was said, put into the plain style. Nothing is generated."""

from models.extractive.model import ExtractiveModel

__all__ = ["ExtractiveModel"]
