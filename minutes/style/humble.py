"""Humble and formal verbs replaced by plain ones of the same form; politeness itself is left to ``polite``.

お and ご before people's actions, いただく and thanks stay: published 議事要旨 keep this vocabulary.
"""

from collections.abc import Sequence

from minutes.style.inflection import Form, form_of, inflect, voiced
from minutes.style.morphology import Morpheme

_SURU = ("する", "サ行変格")
_IRU = ("いる", "上一段-ア行")
_IKU = ("いく", "五段-カ行")
_KURU = ("くる", "カ行変格")
_ARU = ("ある", "五段-ラ行")
_SAY = ("いう", "五段-ワア行")
_THINK = ("考える", "下一段-ア行")
_SPEAK = ("言う", "五段-ワア行")
_CHANGING = ("動詞", "助動詞", "接頭辞")
_SUBJECTS = ("が", "も", "は", "人", "名", "多く", "たくさん", "大勢")
_PREFIXES = ("お", "ご", "御")
_REPORTED = frozenset(("説明", "報告", "紹介", "答弁", "回答", "提案"))
# ご理解する has no meaning of its own; お願いする and お聞きする are settled with the endings of requests.
_COURTESIES = frozenset(("理解", "了承", "容赦", "遠慮", "質問"))
_ASKS = frozenset(("願う", "聞く", "伺う", "尋ねる"))
_TE = ("て", "で")
_SHORTENED = {
    "てる": ("て", _IRU),
    "でる": ("で", _IRU),
    "とく": ("て", ("おく", "五段-カ行")),
    "どく": ("で", ("おく", "五段-カ行")),
    "ちゃう": ("て", ("しまう", "五段-ワア行")),
    "じゃう": ("で", ("しまう", "五段-ワア行")),
}


def _at(ms: Sequence[Morpheme], i: int) -> Morpheme | None:
    return ms[i] if 0 <= i < len(ms) and not ms[i].kept else None


def _surface(ms: Sequence[Morpheme], i: int) -> str:
    m = _at(ms, i)
    return m.surface if m else ""


def _lemma(ms: Sequence[Morpheme], i: int) -> str:
    m = _at(ms, i)
    return m.lemma if m else ""


def _as(verb: tuple[str, str], like: Morpheme) -> str | None:
    form = form_of(like)
    return None if form is None else inflect(*verb, form)


def _conjunctive(ms: Sequence[Morpheme], i: int) -> bool:
    m = _at(ms, i)
    return m is not None and m.surface in _TE and m.pos[1] == "接続助詞"


def _polite_follows(ms: Sequence[Morpheme], i: int) -> bool:
    m = _at(ms, i)
    return m is not None and (
        m.conjugation in ("助動詞-マス", "助動詞-タイ", "助動詞-タ") or m.surface in (*_TE, "たい")
    )


def _step(ms: Sequence[Morpheme], i: int) -> tuple[str, int] | None:
    """The replacement for what begins at ``i`` and how many morphemes it takes the place of."""
    m = ms[i]
    # ご説明いたします: the speaker's own act of telling needs no prefix.
    if (
        m.surface in ("ご", "御")
        and m.word_class == "接頭辞"
        and _surface(ms, i + 1) in _REPORTED
        and (
            _lemma(ms, i + 2) in ("いたす", "致す", "申し上げる") or _surface(ms, i + 2) + _surface(ms, i + 3) == "させ"
        )
    ):
        return "", 1
    own = _own_act(ms, i) if m.word_class == "接頭辞" else None
    if own is not None:
        return own
    if m.lemma == "申し上げる" and _surface(ms, i - 1) in _REPORTED:
        return _pair(_as(_SURU, m), 1)
    # 〜させていただく
    if m.surface == "さ" and m.lemma == "する" and _surface(ms, i + 1) == "せ" and _conjunctive(ms, i + 2):
        received = _at(ms, i + 3)
        if received and received.lemma in ("いただく", "頂く"):
            return _pair(_as(_SURU, received), 4)
    if m.word_class == "助動詞" and m.lemma in _SHORTENED:
        particle, verb = _SHORTENED[m.lemma]
        whole = _as(verb, m)
        return None if whole is None else (particle + whole, 1)
    if m.lemma in ("いたす", "致す") and _polite_follows(ms, i + 1):
        return _pair(_as(_SURU, m), 1)
    if m.lemma in ("おる", "居る") and m.conjugation == "五段-ラ行" and _conjunctive(ms, i - 1):
        honorific = _at(ms, i + 1)
        if m.surface == "おら" and honorific and honorific.lemma == "れる":
            return _pair(_as(_IRU, honorific), 2)
        if m.surface == "おり" and _surface(ms, i + 1) == "まし" and _surface(ms, i + 2) == "て":
            return "おり", 3
        if m.surface == "おら" and _surface(ms, i + 1) in ("ず", "ずに"):
            return None
        if m.surface == "おり" and not _polite_follows(ms, i + 1):
            return None
        return _pair(_as(_IRU, m), 1)
    if m.lemma in ("おる", "居る") and m.conjugation == "五段-ラ行":
        following = _at(ms, i + 1)
        if m.surface == "おら" and following and following.lemma == "れる" and _surface(ms, i - 1) in _SUBJECTS:
            return _pair(_as(_IRU, following), 2)
        return _pair(_as(_IRU, m), 1) if following and following.conjugation == "助動詞-マス" else None
    if m.lemma == "申す" and _surface(ms, i - 1) == "と" and _polite_follows(ms, i + 1):
        return _pair(_as(_SAY, m), 1)
    if m.lemma in ("まいる", "参る") and _conjunctive(ms, i - 1):
        past = _surface(ms, i + 1) == "まし" or _surface(ms, i + 1) in ("た", "て")
        return _pair(_as(_KURU if past else _IKU, m), 1)
    if m.lemma in ("ござる", "御座る"):
        if _surface(ms, i - 1) == "で" and _surface(ms, i + 1) == "まし" and _surface(ms, i + 2) == "て":
            return "あり", 3
        return _pair(_as(_IRU if _conjunctive(ms, i - 1) else _ARU, m), 1)
    if m.lemma == "いらっしゃる":
        if _conjunctive(ms, i - 1):
            return _pair(_as(_IRU, m), 1)
        if _surface(ms, i - 1) == "で":
            return _pair(_as(_ARU, m), 1)
        # 方がいらっしゃる is there; 窓口にいらっしゃる comes.
        if _surface(ms, i - 1) in _SUBJECTS:
            return _pair(_as(_IRU, m), 1)
    if m.lemma == "おっしゃる":
        spoken = _as(_SPEAK, m)
        # 委員おっしゃるとおり: the particle left out in speech is supplied.
        joined = "の" if spoken and _surface(ms, i - 1).endswith(("員", "長", "さん", "様", "先生")) else ""
        return _pair(spoken and joined + spoken, 1)
    if (
        m.lemma == "なさる"
        and _at(ms, i - 1)
        and ms[i - 1].pos[2] == "サ変可能"
        and _surface(ms, i - 2) not in _PREFIXES
    ):
        return _pair(_as(_SURU, m), 1)
    if m.lemma in ("存じる", "存ずる") and _surface(ms, i - 1) == "と":
        form = form_of(m)
        return _pair(inflect(*_THINK, form) if form else None, 1)
    return None


def _own_act(ms: Sequence[Morpheme], i: int) -> tuple[str, int] | None:
    """お示しする → 示す, ご提供する → 提供する: the speaker's own act. ご検討される and お願いする stay."""
    prefix, act, suru = ms[i], _at(ms, i + 1), _at(ms, i + 2)
    if prefix.surface not in _PREFIXES or act is None or suru is None:
        return None
    if suru.lemma != "する" or suru.word_class != "動詞" or _lemma(ms, i + 3) in ("れる", "せる"):
        return None
    if prefix.surface != "お" and act.pos[2] == "サ変可能" and act.surface not in _COURTESIES:
        return "", 1
    if act.word_class == "動詞" and act.form.startswith("連用形") and act.lemma not in _ASKS:
        form = form_of(suru)
        if _at(ms, i + 3) and ms[i + 3].surface in ("て", "た", "たら", "たり", "ては", "ても"):
            form = None if voiced(act.conjugation) else Form.TE
        return _pair(inflect(act.lemma, act.conjugation, form) if form else None, 3)
    return None


def _pair(text: str | None, taken: int) -> tuple[str, int] | None:
    return None if text is None else (text, taken)


def plain_verbs(ms: Sequence[Morpheme]) -> str:
    """おる, いたす, まいる, ござる, させていただく and their like as いる, する, いく, ある."""
    out: list[str] = []
    i = 0
    while i < len(ms):
        step = _step(ms, i) if ms[i].word_class in _CHANGING and not ms[i].kept else None
        if step is None:
            out.append(ms[i].surface)
            i += 1
        else:
            out.append(step[0])
            i += step[1]
    return "".join(out)
