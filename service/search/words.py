"""What a person looks for, as the index knows it."""

from itertools import pairwise

from minutes.errors import InputError
from minutes.folding import fold_key

WORDS_LIMIT = 10
QUERY_LIMIT = 200


def words_of(query: str) -> tuple[str, ...]:
    """The folded words of a query; white space of any width parts them. InputError for too many.

    Empty where the query has nothing that can be looked for.
    """
    if len(query) > QUERY_LIMIT:
        raise InputError("検索の語が長すぎます。", where="q", remedy=f"{QUERY_LIMIT} 文字以内にしてください。")
    words = tuple(dict.fromkeys(filter(None, (fold_key(word) for word in query.replace("\x00", "").split()))))
    if len(words) > WORDS_LIMIT:
        raise InputError("検索の語が多すぎます。", where="q", remedy=f"{WORDS_LIMIT} 語以内にしてください。")
    return words


def grams_of(word: str) -> list[str]:
    """The entries of the index that a text with this word must have: the character itself, or each pair."""
    return [word] if len(word) == 1 else list(dict.fromkeys(a + b for a, b in pairwise(word)))
