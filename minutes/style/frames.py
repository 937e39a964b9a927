"""Frames of speech that hold a statement without adding to it: 〜というところである, 〜というふうに思う, 〜という形で.

Works on the plain style, on morphemes. What stands before the frame decides how it closes: a predicate takes こと or
stands on its own, a noun takes its particle directly, a question keeps か. ということである after a predicate stays, since
it may report what others said, and so does every negation, tense and wish.
"""

import re
from collections.abc import Sequence
from enum import Enum

from minutes.style.morphology import Morpheme, morphemes

_NOUNS = frozenset(["ところ", "ふう", "形", "感じ", "こと", "もの"])
_SAYING = frozenset(
    [
        "思う",
        "考える",
        "感じる",
        "聞く",
        "伺う",
        "言う",
        "いう",
        "申し上げる",
        "述べる",
        "認識",
        "理解",
        "承知",
        "想定",
        "判断",
        "把握",
        "解釈",
        "期待",
        "要望",
        "希望",
        "受け止める",
        "見る",
        "捉える",
        "記憶",
        "答弁",
        "説明",
        "報告",
        "確認",
        "質問",
        "印象",
        "見込む",
        "聞こえる",
    ]
)
_TELLING = frozenset(["言う", "申し上げる", "述べる", "思う", "感じる"])
_CASES = frozenset(["を", "が", "は", "も", "に", "と", "の", "から", "まで", "へ"])
_THING = frozenset(["を", "が", "は", "に", "から"])
_CLOSES = frozenset(["。", "が", "ので", "から", "し", "」", "）"])
_POSTPOSED = frozenset(["おい", "かけ", "つい", "よっ", "とっ", "対し", "関し", "当たっ", "際し"])


# Most sentences have none: they need no look at their morphemes.
_HOLDS = re.compile(r"という|といった|[かい]なと|なんか|んだ|わけ|さん")


class _Held(Enum):
    PREDICATE = "動詞、形容詞、助動詞の終止・連体形"
    COPULA = "だ"
    NOUN = "名詞"
    QUESTION = "か"
    PHRASE = "〜において"


class _Text:
    """Morphemes read from the left and the text written so far."""

    def __init__(self, ms: Sequence[Morpheme]) -> None:
        self.ms = ms
        self.out: list[str] = []
        self.at = 0

    def surface(self, i: int) -> str:
        return self.ms[i].surface if 0 <= i < len(self.ms) and not self.ms[i].kept else ""

    def lemma(self, i: int) -> str:
        return self.ms[i].lemma if 0 <= i < len(self.ms) and not self.ms[i].kept else ""

    def word(self, i: int) -> str:
        return self.ms[i].word_class if 0 <= i < len(self.ms) else ""

    def copula(self, i: int) -> int:
        """How many morphemes of である stand at ``i``; 0 for ではある, であった and everything else."""
        return 2 if self.surface(i) == "で" and self.surface(i + 1) == "ある" else 0

    def closes(self, i: int) -> bool:
        """A clause ends before ``i``: a full stop, 〜が、 or 〜ので."""
        if i >= len(self.ms):
            return True
        if self.surface(i) == "の" and self.surface(i + 1) == "で":
            return True
        if self.surface(i) == "が":
            return self.ms[i].pos[1] == "接続助詞"
        return self.surface(i) in _CLOSES

    def write(self, text: str, taken: int) -> None:
        if text:
            self.out.append(text)
        self.at += taken


def tightened(text: str) -> str:
    """``text`` in the plain style without the frames of speech. Figures, negation and strength stay."""
    if not _HOLDS.search(text):
        return text
    read = _Text(morphemes(text))
    while read.at < len(read.ms):
        m = read.ms[read.at]
        if m.kept or not (_quoting(read) or _small(read)):
            read.write(m.surface, 1)
    return "".join(read.out)


def _held(m: Morpheme | None) -> _Held | None:
    if m is None:
        return None
    if m.surface == "か" and m.pos[1] == "終助詞":
        return _Held.QUESTION
    if m.conjugation == "助動詞-ダ":
        return _Held.COPULA if m.surface == "だ" else None
    if m.word_class in ("動詞", "形容詞", "助動詞"):
        return _Held.PREDICATE if m.form.startswith(("終止形", "連体形")) else None
    if m.word_class in ("名詞", "代名詞") or (m.word_class == "接尾辞" and m.pos[1] == "名詞的"):
        return _Held.NOUN
    return None


def _quoting(read: _Text) -> bool:
    """と＋いう（いった）［＋ような］＋ noun at the place read; True where something was written for it."""
    i = read.at
    if read.surface(i) != "と" or read.ms[i].pos[1] != "格助詞" or i == 0:
        return False
    if read.surface(i + 1) == "いう":
        end, word = i + 2, "いう"
    elif read.surface(i + 1) == "いっ" and read.surface(i + 2) == "た":
        end, word = i + 3, "いった"
    else:
        return False
    before = _held(read.ms[i - 1])
    if before is None and (
        (read.surface(i - 1) == "て" and read.surface(i - 2) in _POSTPOSED)
        or (read.surface(i - 1) in ("から", "まで", "のみ", "だけ") and read.word(i - 1) == "助詞")
    ):
        before = _Held.PHRASE
    vague = read.surface(end) in ("よう", "ふう") and read.surface(end + 1) == "な"
    if vague:
        end += 2
    if before is None:
        return False
    if read.surface(end) in ("ふう", "よう") and read.surface(end + 1) == "に":
        return _adverbial(read, before, end + 2)
    if read.surface(end) == "の" and read.ms[end].pos[1] == "準体助詞" and not vague:
        return _nominal(read, before, end + 1)
    noun = read.surface(end)
    if noun in _NOUNS and read.word(end) == "名詞":
        return _framed(read, before, noun, end + 1)
    if vague and read.word(end) in ("名詞", "接頭辞"):
        read.write("と" + word, end - i)
        return True
    return False


def _adverbial(read: _Text, before: _Held, end: int) -> bool:
    """〜というふうに思う → 〜と思う; 〜というふうになっている → 〜ことになっている."""
    i, particle = read.at, ""
    if read.surface(end) in ("は", "も"):
        particle, end = read.surface(end), end + 1
    verb = end
    while read.word(verb) in ("副詞", "接頭辞") or (
        read.word(verb) == "代名詞" and read.surface(verb + 1) in ("は", "も")
    ):
        verb += 2 if read.word(verb) == "代名詞" else 1
    lemma = read.lemma(verb)
    if lemma in ("なる", "する") and verb == end:
        if before in (_Held.NOUN, _Held.PHRASE):
            read.write("と" + particle, end - i)
        elif before in (_Held.PREDICATE, _Held.COPULA):
            _as_attribute(read, before)
            read.write(("ことに" if lemma == "なる" else "ことと") + particle, end - i)
        else:
            return False
        return True
    if lemma in _SAYING:
        read.write("と" + particle, end - i)
        return True
    return False


def _as_attribute(read: _Text, before: _Held) -> None:
    """大変だ becomes 大変である, which a noun may follow."""
    if before is _Held.COPULA:
        read.out[-1] = "である"


def _nominal(read: _Text, before: _Held, end: int) -> bool:
    """費用というのは → 費用は; 進めるというのは → 進めるのは; 何人かというのを → 何人かを."""
    particle = read.surface(end)
    if particle not in ("は", "が", "を", "も") or _exists(read, end):
        return False
    if before is _Held.NOUN and _predicated(read):
        return False
    if before is _Held.NOUN:
        # DXというのは何か asks what it is.
        defined = particle == "は" and (
            read.surface(end + 1) in ("何", "どう", "どういう") or read.surface(end + 1) == ""
        )
        read.write("と" if defined else "", end - read.at)
    elif before is _Held.QUESTION and particle != "も":
        read.write("", end - read.at)
    elif before is _Held.PREDICATE and not _thought_of(read, end):
        read.write("の", end - read.at)
    else:
        return False
    return True


def _predicated(read: _Text) -> bool:
    """これが理由というのは: the noun says what これ is, and と holds that statement together."""
    at = read.at - 1
    while at > 0 and read.word(at) in ("名詞", "接尾辞"):
        at -= 1
    return at >= 0 and read.surface(at) == "が" and read.ms[at].pos[1] == "格助詞"


def _thought_of(read: _Text, start: int) -> bool:
    """〜というのは、話を聞いて思う: the statement is what is thought, and needs its と."""
    return any(
        read.lemma(i) in _TELLING and read.surface(i - 1) not in ("と", "か") for i in range(start, len(read.ms))
    )


def _exists(read: _Text, particle: int) -> bool:
    """〜がある, 〜もない: what is said to exist keeps its frame, since 〜ことがある would say that it happens."""
    at = particle + 1
    while read.surface(at) == "、" or read.word(at) == "副詞":
        at += 1
    return read.surface(particle) in ("が", "は", "も") and read.lemma(at) in ("ある", "ない", "無い", "有る")


def _framed(read: _Text, before: _Held, noun: str, end: int) -> bool:
    i, following = read.at, read.surface(end)
    copula = read.copula(end)
    if before is _Held.PHRASE:
        if noun == "ところ" and following in ("は", "も", "で", "を"):
            read.write("", end - i if following in ("は", "も") else end + 1 - i)
            return True
        return False
    if copula and read.closes(end + copula) and noun != "もの":
        return _asserted(read, before, noun, end)
    if noun == "形":
        return _manner(read, before, end)
    if noun == "こと" and following == "で":
        return _by_which(read, before, end)
    if following not in _CASES or noun not in ("ところ", "こと"):
        return False
    if before is _Held.NOUN:
        if noun == "ところ":
            read.write("", end - i)
            return True
        return False
    if before is _Held.QUESTION:
        if following == "を" and read.lemma(end + 1) in _TELLING:
            read.write("と", end + 1 - i)
            return True
        if following in _THING:
            read.write("", end - i)
            return True
        return False
    if _exists(read, end):
        if noun == "ところ" and before is _Held.PREDICATE:
            read.write("ところ", end - i)
            return True
        return False
    if before is _Held.COPULA and noun == "こと":
        return False
    if following in ("に", "と") and read.lemma(end + 1) == "なる":
        return False
    _as_attribute(read, before)
    read.write("こと", end - i)
    return True


def _asserted(read: _Text, before: _Held, noun: str, end: int) -> bool:
    """〜というところである → the statement itself; こと may report what others said and stays after a predicate."""
    if before is _Held.NOUN and noun != "こと":
        read.write("", end - read.at)
    elif before is _Held.PREDICATE and noun != "こと":
        read.write("", end + 2 - read.at)
    elif before is _Held.COPULA and noun != "こと":
        _as_attribute(read, before)
        read.write("", end + 2 - read.at)
    elif before is _Held.QUESTION and noun != "こと":
        read.write("ということ", end - read.at)
    else:
        return False
    return True


def _manner(read: _Text, before: _Held, end: int) -> bool:
    following = read.surface(end)
    if following == "で" and not read.copula(end) and read.surface(end + 1) not in ("は", "も", "ない", "あっ", "あり"):
        if before is _Held.NOUN:
            read.write("として", end + 1 - read.at)
            return True
        if before is _Held.PREDICATE:
            read.write("形", end - read.at)
            return True
        return False
    if following == "に" and read.lemma(end + 1) == "なる":
        if before is _Held.NOUN:
            read.write("と", end + 1 - read.at)
            return True
        closed = end + 2
        if read.surface(end + 1) == "なっ" and read.surface(end + 2) == "て" and read.surface(end + 3) == "いる":
            closed = end + 4
        elif read.surface(end + 1) != "なる":
            return False
        if before is _Held.PREDICATE and read.closes(closed):
            read.write("", closed - read.at)
            return True
    return False


def _by_which(read: _Text, before: _Held, end: int) -> bool:
    """支援ということで上げた → 支援として上げた; 無償ということで、 → 無償であり、 where the clause has its subject."""
    following = end + 1
    if before is _Held.QUESTION and read.lemma(following) in _SAYING:
        read.write("と", following - read.at)
        return True
    if before is not _Held.NOUN:
        return False
    if read.lemma(following) in _SAYING:
        read.write("と", following - read.at)
        return True
    if read.word(following) in ("動詞", "名詞") and read.lemma(following) not in ("ある", "ござる", "よい", "いい"):
        read.write("として", following - read.at)
        return True
    if read.surface(following) == "、" and _has_subject(read):
        read.write("であり", following - read.at)
        return True
    return False


def _has_subject(read: _Text) -> bool:
    """は or も between the last comma but the topic's own and the place read; が may be of a clause about the noun."""
    at = read.at - 1
    while at >= 0:
        m = read.ms[at]
        if m.surface in ("は", "も") and m.pos[1] == "係助詞":
            return True
        if m.surface == "、" and read.surface(at - 1) not in ("は", "も"):
            return False
        at -= 1
    return False


def _small(read: _Text) -> bool:
    """かな before と, なんか, んだ, わけである, 議員さん."""
    i, m = read.at, read.ms[read.at]
    if m.surface == "な" and m.pos[1] == "終助詞" and i and read.surface(i + 1) == "と":
        # 〜するなと forbids.
        before = read.ms[i - 1]
        if before.surface == "か" or before.conjugation == "助動詞-タイ" or before.word_class == "形容詞":
            read.write("", 1)
            return True
    if m.surface == "なんか" and m.pos[1] == "副助詞":
        read.write("など", 1)
        return True
    if m.surface == "ん" and m.pos[1] == "準体助詞" and read.surface(i + 1) in ("だ", "だろう", "だっ"):
        read.write("の", 1)
        return True
    if m.surface == "わけ" and i and _held(read.ms[i - 1]) is _Held.PREDICATE:
        if read.copula(i + 1) and read.closes(i + 3):
            read.write("", 3)
            return True
        if read.surface(i + 1) == "な" and read.surface(i + 2) == "の" and read.surface(i + 3) == "で":
            read.write("", 2)
            return True
    role = read.surface(i - 1).endswith(("員", "長", "者", "師", "士", "官", "民"))
    # お医者さん is one word, whatever the dictionary says.
    if m.surface == "さん" and m.word_class == "接尾辞" and role and read.word(i - 2) != "接頭辞":
        if read.ms[i - 1].pos[1] != "普通名詞":
            return False
        read.write("", 1)
        return True
    return False
