"""Abstractive summaries that are held against what was said, whatever backend writes them."""

from models.grounded.backend import Backend, Reply, Request, Unanswered
from models.grounded.model import GroundedModel
from models.grounded.withheld import CLOSED_TALK

__all__ = ["CLOSED_TALK", "Backend", "GroundedModel", "Reply", "Request", "Unanswered"]
