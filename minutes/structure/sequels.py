"""What comes of a question later: asked on (再質問), put off (持ち帰り), and answered after all."""

import re
from collections.abc import Sequence

from minutes.structure.said import Said
from minutes.structure.similarity import Similarity
from minutes.turn import Deferral, Exchange, FollowUp, TurnKind

REACH = 8
"""Turns after an answer within which the same asker follows it up."""
_ON_TOPIC = 0.06
_TAKES_UP = re.compile(
    r"^(?:はい|ありがとうござい|分かりました|ということは|そうすると|そうしますと|そうなると|それでは|では|じゃあ|それは|その|今の|ただいまの|つまり|再度|改めて|もう一度|重ねて|関連)"
)
_NEW_MATTER = re.compile(r"(?:次|別|ほか|他)の(?:質問|件|項目|点|議題)|次に、|話は変わ|最後に")
_PUTS_OFF = re.compile(
    r"(?:確認|調査|調べ|精査|検討|整理)(?:を)?(?:いたし|し|させていただ|いた)[^。]{0,16}(?:後ほど|のちほど|後日|改めて|次回|追って)|"
    r"(?:後ほど|のちほど|後日|追って|次回|改めて)[^。]{0,24}(?:お答え|回答|ご?報告|ご?連絡|お示し|お送り|お知らせ|ご?説明|提出)|持ち帰(?:り|ら)|"
    r"手元に(?:は)?(?:ございません|ありません|ございませ|資料が|数字が|持って)[^。]{0,40}(?:後|確認|調べ)|(?:数字|資料|データ)[^。]{0,16}手元に(?:ござい|あり)ま(?:せん|せ)"
)
_IN_MEETING = re.compile(r"先ほど|さきほど|保留|後ほど(?:と|お答え)|お待たせ|分かりました(?:ので|ため)|お尋ね|ご?質問")
_ANSWERS = (TurnKind.ANSWER, TurnKind.SUPPLEMENT)


def follow_ups(
    turns: Sequence[Said],
    kinds: Sequence[TurnKind],
    ids: Sequence[str],
    exchanges: Sequence[Exchange],
    similarity: Similarity,
) -> tuple[FollowUp, ...]:
    """Questions by the asker of an answered question, soon after the answer and on its matter."""
    place = {turn: n for n, turn in enumerate(ids)}
    answered: dict[int, int] = {}
    for exchange in exchanges:
        asked = max(place[q] for q in exchange.question_turn_ids)
        for turn_id in exchange.answer_turn_ids:
            answered[place[turn_id]] = max(answered.get(place[turn_id], 0), asked)
    found: list[FollowUp] = []
    for number, turn in enumerate(turns):
        if kinds[number] not in (TurnKind.QUESTION, TurnKind.REQUEST):
            continue
        for answer in range(number - 1, max(-1, number - REACH), -1):
            question = answered.get(answer)
            if question is None or turns[question].agenda_no != turn.agenda_no or turns[question].closed != turn.closed:
                continue
            if turns[question].same_speaker(turn) and _same_matter(turn, similarity, question, answer, number):
                found.append(FollowUp(turn_id=ids[number], earlier_turn_id=ids[question]))
            break
    return tuple(found)


def _same_matter(turn: Said, similarity: Similarity, question: int, answer: int, number: int) -> bool:
    raw = turn.folded.raw
    if _NEW_MATTER.search(raw[:80]):
        return False
    likeness = max(similarity.between(question, number), similarity.between(answer, number))
    return likeness >= _ON_TOPIC or bool(_TAKES_UP.match(raw) and len(raw) <= 80)


def deferrals(
    turns: Sequence[Said], kinds: Sequence[TurnKind], ids: Sequence[str], exchanges: Sequence[Exchange]
) -> tuple[Deferral, ...]:
    """Answers that are put off, with the questions they owe and the turn of the meeting that brings the answer."""
    place = {turn: n for n, turn in enumerate(ids)}
    questions: dict[int, list[str]] = {}
    answers: dict[str, list[int]] = {}
    for exchange in exchanges:
        for answer in exchange.answer_turn_ids:
            questions.setdefault(place[answer], []).extend(exchange.question_turn_ids)
        for question in exchange.question_turn_ids:
            answers.setdefault(question, []).extend(place[a] for a in exchange.answer_turn_ids)
    found: list[Deferral] = []
    for number, turn in enumerate(turns):
        if kinds[number] not in _ANSWERS or not puts_off(turn):
            continue
        asked = questions.get(number, [])
        later = sorted({a for q in asked for a in answers.get(q, ()) if a > number})
        brought = next(
            (a for a in later if _IN_MEETING.search(turns[a].folded.raw[:60]) and not puts_off(turns[a])), None
        )
        found.append(
            Deferral(
                turn_id=ids[number],
                question_turn_ids=tuple(dict.fromkeys(asked)),
                answered_by=None if brought is None else ids[brought],
            )
        )
    return tuple(found)


def puts_off(turn: Said) -> bool:
    return bool(_PUTS_OFF.search(turn.folded.raw))
