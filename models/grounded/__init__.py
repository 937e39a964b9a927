"""Abstractive summaries that are held against what was said, whatever backend writes them."""

from models.grounded.backend import Backend, Reply, Request, Unanswered
from models.grounded.model import GroundedModel

__all__ = ["Backend", "GroundedModel", "Reply", "Request", "Unanswered"]
