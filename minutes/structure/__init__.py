"""From attributed utterances to agenda spans, turns with their kinds, and exchanges."""

from minutes.structure.analyse import analyse

__all__ = ["analyse"]
