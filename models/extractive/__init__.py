"""The default backend: sentences chosen from what was said, put into the plain style. Nothing is generated."""

from models.extractive.model import Chosen, Essential, ExtractiveModel, choose

__all__ = ["Chosen", "Essential", "ExtractiveModel", "choose"]
