"""Which answers belong to which questions: nearness, shared topic, and whose question the answer names."""

import re
from collections.abc import Sequence
from itertools import pairwise

from minutes.folding import fold_key
from minutes.structure.said import Said
from minutes.structure.similarity import Similarity
from minutes.turn import Exchange, TurnKind

WINDOW = 12
"""Questions of the same item that are looked back upon."""

_NEAR, _TOPIC, _NAMED = 0.45, 0.55, 0.45
_ALIKE = 0.3
"""Cosine from which two texts count as fully on one topic."""
_DECAY = 0.5
_SAME_RUN = 0.2
"""How far back a question counts that was asked directly before another, with no answer between."""
_ALSO = 0.8
"""A further question is linked when its score reaches this share of the best and it is on topic by itself."""
_ON_TOPIC = 0.12

_RETURNS = re.compile(r"(?:先ほど|さきほど|前)の[^。]{0,24}(?:ご?質問|お尋ね|ご指摘)")
_TAKES_UP = re.compile(
    r"^(?:(?:はい|えー*っ?と?|あのー*|まあ)[、。]*)*(?:それ(?:に(?:つ|対|関)|は、?)|(?:その|この|今の|ただいまの)(?:点|件|ご質問|お尋ね)(?:に|は|で))"
)
"""「それにつきましては」 speaks of what has just been asked, whatever words it shares with earlier questions."""
_AGREES = re.compile(r"同じ|同様|同感|同意見|賛同|賛成|おっしゃる(?:とおり|通り)|私も|当[市区町村]も|うちも")

_ANSWERS = (TurnKind.ANSWER, TurnKind.SUPPLEMENT)
_QUESTIONS = (TurnKind.QUESTION, TurnKind.REQUEST)
_SLIGHT = (TurnKind.BACKCHANNEL, TurnKind.SMALL_TALK, TurnKind.CHAIRING, TurnKind.DECISION)


def link(
    turns: Sequence[Said], kinds: Sequence[TurnKind], ids: Sequence[str], similarity: Similarity
) -> tuple[Exchange, ...]:
    """Exchanges in order of their first question. Links stay inside one agenda item and one disclosure.

    Each answer goes to the question with the best score, and also to others nearly as good on the same topic; so
    a late answer finds its question behind a later exchange, and one answer may serve several questions.
    """
    groups: dict[tuple[int, ...], list[tuple[int, float]]] = {}
    asked: list[int] = []
    latest: tuple[tuple[int, ...], float] | None = None
    for number, kind in enumerate(kinds):
        if kind in _ANSWERS:
            linked = _linked(turns, kinds, similarity, asked, number)
            if (
                kind is TurnKind.SUPPLEMENT
                and linked
                and latest
                and _adds(turns, similarity, latest[0], linked[0], number)
            ):
                linked = latest
            if linked:
                latest = linked
                groups.setdefault(linked[0], []).append((number, linked[1]))
        elif kind not in _SLIGHT:
            latest = None
            if kind in (*_QUESTIONS, TurnKind.OPINION):
                asked = [*asked, number][-WINDOW:]
    ordered = sorted(groups.items(), key=lambda g: (g[0], g[1][0]))
    return tuple(
        Exchange(
            question_turn_ids=tuple(ids[q] for q in questions),
            answer_turn_ids=tuple(ids[a] for a, _ in answers),
            confidence=round(min(s for _, s in answers), 2),
        )
        for questions, answers in ordered
    )


def _linked(
    turns: Sequence[Said], kinds: Sequence[TurnKind], similarity: Similarity, asked: Sequence[int], number: int
) -> tuple[tuple[int, ...], float] | None:
    turn = turns[number]
    within = [q for q in asked if turns[q].closed == turn.closed and not turns[q].same_speaker(turn)]
    open_ = [q for q in within if turns[q].agenda_no == turn.agenda_no]
    if _RETURNS.search(turn.folded.raw[:90]) and not _names(turn, turns, open_):
        # 「先ほどの○○様のご質問ですが」 may go back to an item that is closed already.
        open_ = sorted(_names(turn, turns, [q for q in within if kinds[q] is TurnKind.QUESTION])) or open_
    # Opinions and requests are answered only while nothing but opinions follows; else the questions are meant.
    fresh = number
    while fresh and kinds[fresh - 1] in (*_SLIGHT, TurnKind.OPINION, TurnKind.REQUEST):
        fresh -= 1
    open_ = [q for q in open_ if kinds[q] is TurnKind.QUESTION or q >= fresh]
    if not open_:
        return None
    named = _names(turn, turns, open_)
    if not named and _TAKES_UP.match(turn.folded.raw):
        open_ = [q for q in open_ if not any(kinds[n] in _ANSWERS for n in range(q + 1, number))] or open_
    scores: dict[int, float] = {}
    back, later = 0.0, number
    for q in reversed(open_):
        if later != number:
            answered = any(kinds[n] in _ANSWERS for n in range(q + 1, later))
            back += 1.0 if answered else _SAME_RUN
        later = q
        topic = similarity.between(q, number)
        scores[q] = _NEAR * _DECAY**back + _TOPIC * min(1.0, topic / _ALIKE) + (_NAMED if q in named else 0.0)
    best = max(scores, key=lambda q: (scores[q], q))
    chosen = {
        q
        for q in open_
        if q == best or (scores[q] >= _ALSO * scores[best] and similarity.between(q, number) >= _ON_TOPIC)
    }
    if best >= fresh:
        # Views on one matter, given one after another, are answered together.
        run = [q for q in open_ if q >= fresh and kinds[q] is not TurnKind.QUESTION]
        chosen.update(q for q in run if similarity.between(q, number) >= _ON_TOPIC)
        for before, q in pairwise(run):
            alike = any(similarity.between(q, c) >= _ON_TOPIC for c in chosen if c >= fresh)
            if alike or (before in chosen and _AGREES.search(turns[q].folded.raw[:60])):
                chosen.add(q)
    sure = 1.0 if kinds[best] is TurnKind.QUESTION else 0.8
    return tuple(sorted(chosen)), min(1.0, scores[best]) * sure


def _adds(
    turns: Sequence[Said], similarity: Similarity, latest: Sequence[int], linked: Sequence[int], number: int
) -> bool:
    """A supplement right after an answer belongs to the same questions, unless it names or plainly takes up another."""
    others = [q for q in linked if q not in latest]
    if not others or _names(turns[number], turns, others):
        return not others
    here = max(similarity.between(q, number) for q in latest)
    return max(similarity.between(q, number) for q in others) < max(_ON_TOPIC, 1.5 * here)


def _names(turn: Said, turns: Sequence[Said], open_: Sequence[int]) -> set[int]:
    """Questions whose asker the answer names at its start (「先ほどの平岡様のご質問」): the latest by that person."""
    head = fold_key(turn.text)[:90]
    if not re.search(r"質問|尋ね|ご?意見|要望|お話|ご?指摘|点", head):
        return set()
    found: dict[str, int] = {}
    for q in open_:
        asker = turns[q].attendee
        if asker is None:
            continue
        words = [fold_key(asker.surname), *([fold_key(asker.org)] if asker.org else [])]
        if any(re.search(rf"{re.escape(w)}[^。]{{0,14}}(?:質問|尋ね|意見|要望|話|指摘)", head) for w in words if w):
            found[asker.id] = q
    return set(found.values())
