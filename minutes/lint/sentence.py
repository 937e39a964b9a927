"""All rules that one sentence can break, run over it. The same sentence is answered from memory: drafts are checked
on every edit, and an edit changes one sentence of hundreds."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from minutes.lint import amounts, dates, formal, kanji, marks, predicates, words
from minutes.lint.house import WordingRules
from minutes.lint.passage import Passage
from minutes.lint.remark import Remark

SENTENCE_RULES: tuple[Callable[[Passage], Iterator[Remark]], ...] = (
    marks.stops,
    marks.brackets,
    amounts.widths,
    amounts.commas,
    amounts.thousands,
    amounts.idiomatic,
    amounts.places_and_months,
    words.official_conjunctions,
    words.nested_conjunctions,
    words.kana_conjunctions,
    formal.formal_nouns,
    formal.auxiliary_verbs,
    words.kana_words,
    words.okurigana,
    words.compound_nouns,
    kanji.uncommon,
    words.starting_points,
    predicates.da_endings,
    predicates.polite_endings,
    marks.asking_marks,
    predicates.length,
    predicates.full_stops,
    dates.impossible_dates,
    words.long_vowels,
    marks.gaps,
    marks.machine_characters,
)


@lru_cache(maxsize=8192)
def lint_sentence(text: str, house: WordingRules, bullet: bool) -> tuple[Remark, ...]:
    """What the rules say of ``text``, in the order of the rules, without those that the house has switched off."""
    passage = Passage(text, house, bullet)
    return tuple(remark for rule in SENTENCE_RULES for remark in rule(passage) if remark.rule not in house.off)
