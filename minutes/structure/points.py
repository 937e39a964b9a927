"""一括質問一括答弁: the points of a long question, the points of its answers, and which meets which.

A question is cut at the words that count its points (1点目, まず／次に／最後に, 第一に) and, where it announced how many
there are, at its asking sentences. Its answers are not cut beforehand: each sentence is given to a point by a path of
least cost through likeness, ordinals and order, so an answer that counts nothing is divided as well.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minutes.folding import fold
from minutes.structure.similarity import Similarity
from minutes.structure.spoken import Spoken, merged
from minutes.structure.wording import COURTESY, asks
from minutes.turn import Exchange, Point, PointAnswer

MOST = 20
"""Points of one question; beyond it the count is taken for a list inside one question."""

_COUNT = "一二三四五六七八九十"
_NUMERAL = rf"(\d{{1,2}}|[{_COUNT}])"
_ORDINAL = re.compile(
    rf"^(?:(?:まず|初めに|はじめに|次に|続いて|それから|最後に|また|そして|では|えー+|えっと|あの|ええと|もう)[、,]?(?:は)?)*(?:ご?質問の|ご?指摘の|の)?"
    rf"(?:{_NUMERAL}(?:点目|つ目|つめ|件目|番目|問目)|第{_NUMERAL}(?:に|は|点))"
)
_OPENING = re.compile(r"^[^。]{0,14}(?:お答え|ご?答弁|ご?説明)[^。]{0,14}[。]?$")
"""「お答えいたします。」: no part of any point."""
_TOPIC = re.compile(
    r"^[^。]{2,40}?(?:について(?:は|です|でござ|の|お答え)|につきまして|に関しまして|に関して(?:は|です)|でございますが|ですが、|ですけれども|のご質問)"
)
_IN_PASSING = re.compile(rf"(?<=[、,]){_NUMERAL}(?:点目|つ目|件目|番目)(?=[はがのに、])")
_SEQUENCE = re.compile(
    r"^(?:(?:えー+|えっと|あの|ええと|で|では)[、,]?)*(?:(?P<first>まず|初めに|はじめに|最初に)|次に|次は|続いて|続きまして|それから|あと(?:は|、)|"
    r"もう(?:1|一)(?:点|つ)|あと(?:1|一)(?:点|つ)|最後に|最後は)"
)
_ANNOUNCED = re.compile(
    rf"(?<!\d){_NUMERAL}(?:点|つ|件|問|項目)(?:ほど|だけ)?[、,]?[^。点]{{0,24}}(?:伺|うかが|質問|尋ね|お聞き|教え|ございます|あります|確認)"
)
_SAME, _NEXT, _OTHER = 0.0, -0.1, -0.3
"""Cost of staying with a point, of going on to the next, of any other step."""
_UNMARKED = -0.3
"""Cost of leaving a point without a word that marks it."""
_TOPIC_MARKED = -0.05
"""The same where a topic is named at the start of the sentence."""
_COUNTED = -2.0
"""The same where the speaker counts the answers."""
_TOLD = 1.0
"""Worth of an ordinal that names the point."""
_LEAST = 0.05
_SURE = 0.2


@dataclass(frozen=True)
class Aligned:
    points: tuple[Point, ...]
    answers: tuple[PointAnswer, ...]


def align(exchanges: Sequence[Exchange], words: Mapping[str, Sequence[Spoken]]) -> Aligned:
    """Points of every question that has several, and the points of its answers. ``words`` are the sentences of each turn."""
    points: dict[str, list[Point]] = {}
    answers: dict[tuple[str, str], PointAnswer] = {}
    counted: dict[str, int] = {}
    for exchange in exchanges:
        for question in exchange.question_turn_ids:
            asked = question_points(words[question])
            if len(asked) < 2:
                continue
            if question not in points:
                points[question] = _points(question, asked, 0)
            said = [(turn, s) for turn in exchange.answer_turn_ids for s in words[turn]]
            for turn, at, group, confidence in _divided(asked, said):
                start = counted.get(turn, 0)
                (point,) = _points(turn, [group], start)
                counted[turn] = start + 1
                points.setdefault(turn, []).append(point)
                pair = (points[question][at].id, point.id)
                answers[pair] = PointAnswer(
                    question_point_id=pair[0], answer_point_id=pair[1], confidence=round(confidence, 2)
                )
    return Aligned(tuple(p for ps in points.values() for p in ps), tuple(answers.values()))


def question_points(said: Sequence[Spoken]) -> list[list[Spoken]]:
    """The points of a question in order; a question that counts none is one point."""
    announced = next((n for n in map(_announces, said) if n), 0)
    body = [part for s in said if not COURTESY.match(fold(s.text).raw) for part in _counted_in(s)]
    ordinal = [n for n, s in enumerate(body) if _number_of(s.text)]
    if len({_number_of(body[n].text) for n in ordinal}) >= 2:
        starts = ordinal
    else:
        starts = [n for n, s in enumerate(body) if _SEQUENCE.match(fold(s.text).raw) or n in ordinal]
    groups = _asking(body, starts)
    if announced > len(groups):
        each = [n for n, s in enumerate(body) if asks(s.text) and not _announces(s)]
        if len(each) == announced:
            groups = [body[(each[k - 1] + 1 if k else 0) : end + 1] for k, end in enumerate(each)]
            groups = [[s for s in g if not _announces(s)] for g in groups]
    return groups if 1 < len(groups) <= MOST else [list(body)]


def _counted_in(sentence: Spoken) -> list[Spoken]:
    """「1点目は台数、2点目は人数について伺います」 counts inside one sentence."""
    found = [m.start() for m in _IN_PASSING.finditer(sentence.text)]
    return sentence.cut(found) if found and _number_of(sentence.text) else [sentence]


def _asking(body: Sequence[Spoken], starts: Sequence[int]) -> list[list[Spoken]]:
    """The stretches between starts; one in which nothing is asked is the background of the next."""
    if not starts:
        return [list(body)]
    lead = [s for s in body[: starts[0]] if not _announces(s)]
    cut = [list(body[a:b]) for a, b in zip(starts, [*starts[1:], len(body)], strict=True)]
    if any(asks(s.text) for s in lead):
        cut.insert(0, lead)
    groups: list[list[Spoken]] = []
    waiting: list[Spoken] = []
    for part in cut:
        if any(asks(s.text) or _wishes(s.text) for s in part) or _number_of(part[0].text):
            groups.append([*waiting, *part])
            waiting = []
        else:
            waiting.extend(part)
    if waiting and groups:
        groups[-1].extend(waiting)
    return groups


def _wishes(text: str) -> bool:
    return bool(
        re.search(r"について(?:です|でございます|お願い|も)?[。]?$|お願い(?:いた)?します|いただき?たい", fold(text).raw)
    )


def _announces(sentence: Spoken) -> int:
    """「2点お伺いします」: how many points are to come; 0 where the sentence asks something itself."""
    raw = fold(sentence.text).raw
    found = _ANNOUNCED.search(raw)
    return _value(found[1]) if found and len(raw) <= 60 and not _ORDINAL.match(raw) else 0


def _number_of(text: str) -> int:
    """The number of the point that a sentence opens; 0 for none."""
    found = _ORDINAL.match(fold(text).raw)
    return _value(found[1] or found[2]) if found else 0


def _value(numeral: str) -> int:
    return int(numeral) if numeral.isdecimal() else _COUNT.index(numeral) + 1


def _points(turn: str, groups: Sequence[Sequence[Spoken]], before: int) -> list[Point]:
    return [
        Point(id=f"{turn}.{n}", turn_id=turn, pieces=merged([p for s in group for p in s.pieces]))
        for n, group in enumerate(groups, before + 1)
    ]


def _divided(
    asked: Sequence[Sequence[Spoken]], said: Sequence[tuple[str, Spoken]]
) -> list[tuple[str, int, list[Spoken], float]]:
    """Runs of answering sentences: turn, index of the point they answer, the sentences, confidence."""
    weighty = [
        (turn, part)
        for turn, s in said
        if not COURTESY.match(raw := fold(s.text).raw) and not _OPENING.match(raw)
        for part in _counted_in(s)
    ]
    if not weighty:
        return []
    questions = ["".join(s.text for s in group) for group in asked]
    similarity = Similarity([*questions, *(s.text for _, s in weighty)])
    worth = [
        [min(1.0, similarity.between(k, len(questions) + n) / _SURE) for k in range(len(questions))]
        for n in range(len(weighty))
    ]
    path = _path(worth, [s.text for _, s in weighty], [turn for turn, _ in weighty])
    runs: list[tuple[str, int, list[Spoken], list[float]]] = []
    for n, ((turn, sentence), at) in enumerate(zip(weighty, path, strict=True)):
        if not runs or runs[-1][0] != turn or runs[-1][1] != at:
            runs.append((turn, at, [], []))
        runs[-1][2].append(sentence)
        runs[-1][3].append(_TOLD if _number_of(sentence.text) == at + 1 else worth[n][at])
    # Sentences of a run that are on no point at all ("お答えいたします") answer nothing.
    return [(t, at, group, min(1.0, max(w))) for t, at, group, w in runs if max(w) >= _LEAST or len(path) == len(group)]


def _path(worth: Sequence[Sequence[float]], texts: Sequence[str], turns: Sequence[str]) -> list[int]:
    """The point of each sentence: the best sequence, in time linear in sentences times points squared."""
    count = len(worth[0])
    best = [worth[0][k] + (0.1 if k == 0 else 0.0) + _told(texts[0], k) for k in range(count)]
    back: list[list[int]] = []
    numbered = [_number_of(t) for t in texts]
    # Who counts the answers goes on to the next one only by counting.
    counts = len({n for n in numbered if n}) >= 2
    for n in range(1, len(worth)):
        marked = (
            bool(numbered[n]) or turns[n] != turns[n - 1] or (not counts and bool(_SEQUENCE.match(fold(texts[n]).raw)))
        )
        topic = bool(_TOPIC.match(fold(texts[n]).raw))
        leaving = 0.0 if marked else _COUNTED if counts else _TOPIC_MARKED if topic else _UNMARKED
        row, origin = [], []
        for k in range(count):
            steps = [best[j] + (_SAME if j == k else (_NEXT if k == j + 1 else _OTHER) + leaving) for j in range(count)]
            j = max(range(count), key=lambda x: steps[x])
            row.append(steps[j] + worth[n][k] + _told(texts[n], k))
            origin.append(j)
        best = row
        back.append(origin)
    at = max(range(count), key=lambda k: best[k])
    path = [at]
    for origin in reversed(back):
        at = origin[at]
        path.append(at)
    return path[::-1]


def _told(text: str, k: int) -> float:
    number = _number_of(text)
    return (_TOLD if number == k + 1 else -_TOLD) if number else 0.0
