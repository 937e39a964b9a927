"""How work that was asked to stop says so."""


class Stopped(Exception):
    """``cancelled`` answered True; everything done so far is in the store."""
