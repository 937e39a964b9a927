"""The words a side uses of itself, replaced as the profile asks."""

from collections.abc import Iterable


def own_words(text: str, replacements: Iterable[tuple[str, str]]) -> str:
    """Each spoken word replaced by the written one, longest first so that 私どもの区 wins over 私ども."""
    for spoken, written in sorted(replacements, key=lambda pair: -len(pair[0])):
        if spoken:
            text = text.replace(spoken, written)
    return text
