"""What does not fit together in a description, each with the field at which a person mends it."""

from collections.abc import Sequence


class Contradictions(ValueError):
    """``found``: pairs of a field and a sentence about it; the text is all sentences."""

    def __init__(self, found: Sequence[tuple[str, str]]) -> None:
        super().__init__("".join(sentence for _, sentence in found))
        self.found = tuple(found)
