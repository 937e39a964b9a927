"""Where a person may look: part of every question to the index, never a filter over what it answered."""

from dataclasses import dataclass

from service.auth import Action, Principal


@dataclass(frozen=True)
class Scope:
    whole: frozenset[str]
    """Departments in which closed talk is found too."""
    public: frozenset[str]
    """Departments in which it is not."""


def scope_of(principal: Principal) -> Scope:
    """Closed talk is for who may read it."""
    readable = principal.departments(Action.read)
    whole = readable & principal.departments(Action.read_closed)
    return Scope(whole, readable - whole)
