"""Bringing a model in, from a hub or a medium, into a folder that is either whole or not there."""

from models.fetching.bringing import Brought, bring
from models.fetching.origin import Offered, Origin

__all__ = ["Brought", "Offered", "Origin", "bring"]
