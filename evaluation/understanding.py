"""What a draft understood of a meeting, against gold: speakers, kinds, exchanges, agenda, closed talk, facts."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.counting import Counts, compared
from evaluation.gold import Gold, GoldExchange, MustWarn
from minutes.dispositions import sentences_of
from minutes.document import DraftUtterance, MinutesDocument, Severity
from minutes.errors import InputError
from minutes.public import public_view


@dataclass(frozen=True)
class Understanding:
    """Counts of one meeting; meetings are added up before anything is divided."""

    speakers: Counts
    """Utterances bound to an attendee. Unbound is missed where gold knows the speaker and right where it does not."""
    kinds: tuple[tuple[str, str], ...]
    """(gold, found) per utterance."""
    exchanges: Counts
    """Pairs of a question turn and an answer turn."""
    agenda: Counts
    leaked: int
    """Closed utterances that were taken for public ones."""
    included: Counts
    missing: tuple[str, ...]
    """Facts that the public text lacks."""
    forbidden: tuple[str, ...]
    """Words that the public text must not have and has."""
    unwarned: tuple[str, ...]
    """Words that the public text has without the warning that gold asks for."""


def understanding(document: MinutesDocument, gold: Gold, where: str) -> Understanding:
    """Raises InputError unless gold names exactly the utterances of the document."""
    unknown = gold.utterances.keys() ^ {each.id for each in document.utterances}
    if unknown:
        raise InputError(
            f"正解の発言と文字起こしの発言が一致しません（{'、'.join(sorted(unknown)[:5])}）。",
            where=f"{where}/gold.yaml",
            remedy="発言番号を `gijiyoshi read` の出力に合わせてください。",
        )
    text = public_text(document)
    missing = tuple(each.any[0] for each in gold.must_include if not any(stands_in(v, text) for v in each.any))
    return Understanding(
        speakers=_speakers(document.utterances, gold),
        kinds=tuple((gold.utterances[each.id].kind.value, each.kind.value) for each in document.utterances),
        exchanges=_exchanges(document, gold.exchanges),
        agenda=_agenda(document.utterances, gold),
        leaked=sum(gold.utterances[each.id].closed and not each.closed for each in document.utterances),
        included=Counts(right=len(gold.must_include) - len(missing), missed=len(missing)),
        missing=missing,
        forbidden=tuple(each for each in gold.must_not_include if stands_in(each, text)),
        unwarned=tuple(each.heard for each in gold.must_warn if not _warns(document, each)),
    )


def _warns(document: MinutesDocument, word: MustWarn) -> bool:
    """Every sentence with the word has a warning or an error that names both forms."""
    warned = {
        each.place.sentence_id
        for each in document.findings
        if each.severity is not Severity.INFO and word.heard in each.message and word.meant in each.message
    }
    printed = {each.id for each in sentences_of(document.sections) if word.heard in each.text}
    return printed <= warned


def public_text(document: MinutesDocument) -> str:
    """What a reader of the public version sees of what was said, one sentence a line."""
    return "\n".join(each.text for each in sentences_of(public_view(document).sections))


def stands_in(words: str, text: str) -> bool:
    """True where the words occur, whatever their width; a figure must not be part of a longer one."""
    wanted, given = _plain(words), _plain(text)
    at = given.find(wanted) if wanted else -1
    while at >= 0:
        before, after = given[at - 1 : at], given[at + len(wanted) : at + len(wanted) + 1]
        if not (wanted[0].isdecimal() and before.isdecimal()) and not (wanted[-1].isdecimal() and after.isdecimal()):
            return True
        at = given.find(wanted, at + 1)
    return False


def _plain(text: str) -> str:
    lines = unicodedata.normalize("NFKC", text).split("\n")
    return "\n".join("".join(line.split()).replace(",", "") for line in lines)


def _speakers(utterances: Iterable[DraftUtterance], gold: Gold) -> Counts:
    total = Counts()
    for each in utterances:
        expected = gold.utterances[each.id].speaker
        wrong = each.attendee_id is not None and each.attendee_id != expected
        right = each.attendee_id is not None and each.attendee_id == expected
        total += Counts(right=int(right), wrong=int(wrong), missed=int(expected is not None and not right))
    return total


def _agenda(utterances: Iterable[DraftUtterance], gold: Gold) -> Counts:
    placed = [(each.agenda_no, gold.utterances[each.id].agenda) for each in utterances]
    told = [(found, expected) for found, expected in placed if expected is not None]
    right = sum(found == expected for found, expected in told)
    return Counts(right=right, missed=len(told) - right)


def _exchanges(document: MinutesDocument, gold: Iterable[GoldExchange]) -> Counts:
    turn_of = {each: turn.id for turn in document.turns for each in turn.utterance_ids}
    expected = {
        (turn_of[question], turn_of[answer])
        for each in gold
        for question in each.questions
        for answer in each.answers
        if turn_of[question] != turn_of[answer]
    }
    found = {
        (question, answer)
        for each in document.exchanges
        for question in each.question_turn_ids
        for answer in each.answer_turn_ids
    }
    return compared(found, expected)
