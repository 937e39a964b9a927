"""Where a text has a word that the house dictionary writes otherwise."""

from collections.abc import Iterator

from minutes.profile import HouseWord


def places_of(word: HouseWord, text: str) -> Iterator[int]:
    """Positions of ``word.wrong``, but for those inside ``word.right``: 子供 beside 子供たち must not find itself."""
    at = text.find(word.wrong)
    while at >= 0:
        if not _right_there(text, at, word):
            yield at
        at = text.find(word.wrong, at + len(word.wrong))


def _right_there(text: str, at: int, word: HouseWord) -> bool:
    inside = word.right.find(word.wrong)
    while inside >= 0:
        if at >= inside and text.startswith(word.right, at - inside):
            return True
        inside = word.right.find(word.wrong, inside + 1)
    return False
