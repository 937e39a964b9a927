"""G6: no polarity turned round, no commitment stronger than what was said.

Each predicate of a sentence is held against the spoken predicates with the same head in the sentences it comes from.
Where the head itself was exchanged (検討 → 実施), the closing predicates are compared.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from minutes.checks.alignment import aligned, letter_pairs, spoken_sentences
from minutes.checks.contrary import CONTRARY, RESERVATIONS
from minutes.checks.heads import EMPTY_NOUNS
from minutes.checks.predicate import Predicate, predicates
from minutes.checks.reserve import LOW_RUNGS, Reserve
from minutes.checks.source import Source, Written
from minutes.document import Finding, Severity
from minutes.style.morphology import morphemes

_CHECK = "発言のとおりに直すか、根拠を確認してください。"
_DENYING = "未不非無"
_LOST = {
    Reserve.DOUBT: "推量（かもしれない・可能性など）",
    Reserve.DUTY: "必要・べきという言い方",
    Reserve.HEARSAY: "伝聞（と聞いている）",
    Reserve.OPINION: "意見としての言い方（と考えている）",
}


def check_meaning(source: Source, written: Written) -> Iterator[Finding]:
    text, sentence = written.sentence.text, written.sentence
    if not sentence.evidence or not text.strip():
        return
    near = aligned(source, sentence)
    everything = spoken_sentences(source, sentence)
    if not near:
        return
    said = [each for spoken in near for each in predicates(spoken)]
    elsewhere = [each for spoken in everything if spoken not in near for each in predicates(spoken)]
    own, best = predicates(text), predicates(near[0])
    partners, exchanged = _compared(own, best)
    for at, each in enumerate(own):
        same = [other for other in said if other.head == each.head] or [
            other for other in elsewhere if other.head == each.head
        ]
        instead = best[exchanged[at]] if at in exchanged else None
        if _denies_contrary(each, said):
            continue
        if instead and each.acts and each.rank > instead.rank and instead.rank < 6:
            yield _stronger(written, each, instead)
        elif same:
            found = [*_held_against(written, each, same)]
            if not found and at in partners:
                # Another place of the sentence agrees, the one in the same order does not: less sure.
                found = [_doubtful(finding) for finding in _held_against(written, each, (best[partners[at]],))]
            yield from found
        elif each.closing:
            yield from _exchanged(written, each, best[-1:], near, "".join(everything))
    yield from _contraries(written, near)
    yield from _reservations(written, near[0])


def _denies_contrary(mine: Predicate, said: Sequence[Predicate]) -> bool:
    """反対である where 賛成できない was said: the contrary word with the contrary polarity says the same."""
    return any(other.head in CONTRARY.get(mine.head, ()) and other.negative != mine.negative for other in said)


def _compared(mine: Sequence[Predicate], said: Sequence[Predicate]) -> tuple[dict[int, int], dict[int, int]]:
    """Which spoken predicate stands in the same place of the order: with the same head, and with another one."""
    matcher = SequenceMatcher(None, [each.head for each in mine], [each.head for each in said], autojunk=False)
    same: dict[int, int] = {}
    other: dict[int, int] = {}
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal" or (kind == "replace" and last - first == end - start):
            found = same if kind == "equal" else other
            found.update(zip(range(first, last), range(start, end), strict=True))
    return same, other


def _doubtful(finding: Finding) -> Finding:
    return finding.model_copy(update={"severity": Severity.WARN})


def _held_against(written: Written, mine: Predicate, said: Sequence[Predicate]) -> Iterator[Finding]:
    if all(each.negative != mine.negative for each in said):
        word = "否定" if mine.negative else "肯定"
        turned = "肯定" if mine.negative else "否定"
        yield written.finding(
            "G6", Severity.ERROR, f"「{mine.head}」が{word}になっていますが、発言では{turned}です。{_CHECK}"
        )
        return
    if mine.head in EMPTY_NOUNS:
        return
    alike = [each for each in said if each.negative == mine.negative]
    if any(not _lost(mine, each) and _level(each, mine) == _level(mine, mine) for each in alike):
        return
    nearest = min(alike, key=lambda each: (abs(_level(each, mine) - _level(mine, mine)), len(_lost(mine, each))))
    if _level(mine, mine) > _level(nearest, mine):
        yield _stronger(written, mine, nearest)
    elif _level(mine, mine) < _level(nearest, mine):
        yield written.finding(
            "G6",
            Severity.WARN,
            f"「{mine.head}」の言い方が発言より弱くなっています（発言は{_name(nearest)}）。{_CHECK}",
        )
    for lost in sorted(_lost(mine, nearest)):
        severity = Severity.WARN if lost is Reserve.OPINION else Severity.ERROR
        yield written.finding(
            "G6", severity, f"「{mine.head}」について、発言にある{_LOST[lost]}が落ち、断定になっています。{_CHECK}"
        )


def _level(predicate: Predicate, seen_from: Predicate) -> int:
    """What is done or to be done stands on the ladder with its tense; what is, without; what was decided, with either."""
    done = predicate.commitment
    if predicate.decided and done >= 6:
        return max(6, seen_from.commitment)
    return done if seen_from.acts else min(done, 6)


def _lost(mine: Predicate, said: Predicate) -> frozenset[Reserve]:
    return (said.reserves - mine.reserves) & _LOST.keys()


def _stronger(written: Written, mine: Predicate, said: Predicate) -> Finding:
    return written.finding(
        "G6",
        Severity.ERROR,
        f"「{mine.head}」が発言より強い約束になっています（発言は{_name(said)}、文は{_name(mine)}）。{_CHECK}",
    )


def _name(predicate: Predicate) -> str:
    for reserve in (*LOW_RUNGS, Reserve.REQUEST, Reserve.WISH, Reserve.PLAN):
        if reserve in predicate.reserves:
            return reserve.value
    return "実施済み" if predicate.past else "断定"


def _exchanged(
    written: Written, mine: Predicate, closing: Sequence[Predicate], near: Sequence[str], everything: str
) -> Iterator[Finding]:
    """The head of the closing predicate was not said in the sentences this one comes from."""
    if not closing or mine.asks or any(mine.head in spoken for spoken in near) or mine.head in _TELLING:
        return
    said = closing[0]
    if mine.acts and mine.rank > said.rank and said.rank < 6:
        yield _stronger(written, mine, said)
    elif mine.negative != said.negative and mine.head not in CONTRARY:
        yield written.finding(
            "G6",
            Severity.WARN,
            f"文の結びの肯定・否定が、発言の結び「{said.head}」と異なるようです。{_CHECK}",
        )
    elif mine.acts and not _shares_kanji(mine.head, everything):
        yield written.finding("G6", Severity.WARN, f"文の結びの「{mine.head}」が根拠の発言に見当たりません。{_CHECK}")


_BREAK = re.compile(r"[、。]")
_TELLING = frozenset(
    (
        "述べる",
        "示す",
        "求める",
        "要望",
        "質問",
        "説明",
        "回答",
        "報告",
        "提案",
        "指摘",
        "尋ねる",
        "問う",
        "考える",
        "なる",
        "行う",
        "ある",
    )
)
"""Verbs by which minutes tell that something was said."""


def _shares_kanji(head: str, spoken: str) -> bool:
    """Kana alone (いく, やる) shows nothing: its kanji may have been spoken."""
    kanji = [char for char in head if "一" <= char <= "龥"]
    return not kanji or any(char in spoken for char in kanji)


def _contraries(written: Written, near: Sequence[str]) -> Iterator[Finding]:
    spoken = "".join(near)
    said = {word.lemma for each in near for word in morphemes(each)}
    text = written.sentence.text
    denied = {each.head for spoken_one in near for each in predicates(spoken_one) if each.negative}
    asserted = {each.head for each in predicates(text) if not each.negative}
    for word in morphemes(text):
        others = CONTRARY.get(word.lemma, frozenset())
        turned = next((each for each in sorted(others) if each in said), None)
        if turned in denied and word.lemma in asserted:
            continue
        if turned and word.lemma not in said and word.surface not in spoken:
            yield written.finding(
                "G6", Severity.ERROR, f"「{word.surface}」は、発言の「{turned}」と反対の意味です。{_CHECK}"
            )
        if word.word_class == "名詞" and len(word.surface) > 1:
            yield from _denied(written, word.surface, text, spoken)


def _denied(written: Written, word: str, text: str, spoken: str) -> Iterator[Finding]:
    """実施 where 未実施 was said, and the other way round."""
    mine, said = _prefixes(word, text), _prefixes(word, spoken)
    if not said or mine & said:
        return
    if mine & set(_DENYING) or said <= set(_DENYING):
        yield written.finding("G6", Severity.ERROR, f"「{word}」の肯定・否定が発言と異なります。{_CHECK}")


def _prefixes(word: str, text: str) -> set[str]:
    """未, 不, 非 or 無 before each place of the word, and an empty text where none is."""
    found, at = set(), text.find(word)
    while at >= 0:
        before = text[at - 1 : at]
        found.add(before if before and before in _DENYING else "")
        at = text.find(word, at + 1)
    return found


def _reservations(written: Written, spoken: str) -> Iterator[Finding]:
    """Only where the draft keeps what the reservation stood before; the rest of a long sentence may be left out."""
    mine = letter_pairs(written.sentence.text)
    for phrase in RESERVATIONS:
        at = spoken.find(phrase)
        if at < 0 or phrase in written.sentence.text:
            continue
        reserved = letter_pairs(_BREAK.split(spoken[at + len(phrase) :].lstrip("、はでにのて"), maxsplit=1)[0])
        if reserved and len(reserved & mine) * 2 > len(reserved):
            yield written.finding(
                "G6",
                Severity.WARN,
                f"発言にある留保「{phrase}」が文にありません。意味が強くなっていないか確認してください。",
            )
