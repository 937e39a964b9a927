"""Spoken polite style to the plain written style of minutes (敬体 to 常体)."""

from minutes.style.humble import plain_verbs
from minutes.style.morphology import morphemes
from minutes.style.opinion import loosen, settle, without_question_mark
from minutes.style.polite import plain_predicates

_ROUNDS = 4


def _once(text: str) -> str:
    text = loosen(without_question_mark(text))
    text = plain_verbs(morphemes(text))
    text = plain_predicates(morphemes(text))
    return settle(text)


def plain_form(text: str) -> str:
    """``text`` in the plain style, with what it says unchanged.

    Negation, numbers and the strength of a commitment stay as spoken. Quotations in 「」 and closing thanks such as
    感謝申し上げます。 stay polite. A form that no rule knows is left as it is rather than guessed. Applying it twice
    changes nothing more.
    """
    # One phrase may uncover another (させていただければと存じます), so the rules run until they rest.
    for _ in range(_ROUNDS):
        done = _once(text)
        if done == text:
            return done
        text = done
    return text
