"""Words that show a sentence matters to a record: commitments, figures, conditions, reasons, dissent, questions."""

import re

from minutes.style.morphology import morphemes

_FIGURE = re.compile(
    r"[0-9０-９一二三四五六七八九十百千万億][0-9０-９一二三四五六七八九十百千万億.,．，]*\s?"
    r"(?:円|人|名|件|％|%|パーセント|割|カ所|か所|箇所|自治体|校|台|年度|年|月|日|区|市|回|倍|分の|時間|校|施設)"
)
_WEIGHTS: tuple[tuple[re.Pattern[str], float], ...] = (
    (
        re.compile(
            r"てまいり|ていき|ていく|検討|研究|努め|取り組|予定|実施し|実施いた|実施す|開始|目標|方針|見直|支援|要望し"
        ),
        0.20,
    ),
    (re.compile(r"ません|ない(?:と|です|状況|か)|難しい|困難|課題|できておら|反対|懸念|不安|負担|支障"), 0.20),
    (re.compile(r"場合|条件|限り|現時点|可能であれば|踏まえ|前提|ただし|ただ、"), 0.10),
    (re.compile(r"ため[、に]|ので|から、|理由|背景|原因|なぜ"), 0.08),
    (re.compile(r"必要|重要|べき|考えており|考えます|要望|お願い|いただきたい|いただければ"), 0.12),
    (re.compile(r"決ま|決定|了承|合意|変わりません|変更"), 0.12),
)
_ASKING = re.compile(
    r"(?:か[？?。]*$)|[？?]$|(?:でしょうか|ますか|ですか|のか)(?:ね)?(?:、|。|$)|伺い(?:たい|ます|でき)|お聞かせ|お尋ね|教えて(?:いただ|くださ|ほし)"
    r"|お聞きし|お示し|見解を|質問(?:です|でございます|させて|いた|し)"
)
_INDIRECT = re.compile(r"(?:かどうか|か分か|かわか|かと(?:思|考|存))[^か]*$")
_LEADING = r"^(?:(?:また|そして|さらに|なお|ただし?|しかし(?:ながら)?|まず|次に|特に|例えば|あと|それから|加えて|ところで|一方(?:で)?)、?)?"
_HANGING = re.compile(
    _LEADING
    + r"(?:それ(?!から|ぞれ|では|で、|と、|とも|に加え)|その|これ(?!まで|から|より)|この|そう|そこ(?!で)|こう|こちら|同じ|同様|残りの|残る|両者|前者|後者"
    r"|したがって|そのため|このため|つまり|すなわち|要は|というの[はも]|なぜなら|ゆえに|だから)"
)
_POINTS_AT_NOTHING = re.compile(
    _LEADING
    + r"(?:その(?:他|ほか|まま|うち(?!の))|この(?:[0-9０-９一二三四五六七八九十数]|たび|度|ほか|まま|ところ|夏|冬|春|秋|まち|町|街|国|地域|委員会|議会|会議|場|条例|議案|請願|陳情|補正|予算|時期)"
    r"|こちらから|こちらとして|こちらの資料|同じく)"
)


_PRAISE = re.compile(r"ごもっとも|参考にな(?:る|り)|[す素]ばらしい|素晴らしい|心強い")
_ANNOUNCED = re.compile(
    r"^[^。、]{0,40}(?:について|に関して|につきまして)、?(?:ご|お)?(?:伺い|質問|尋ね|聞き)(?:を)?(?:いた|させていただき)?し?ます"
)
_CONTRAST = re.compile(r"^(?:ただし?|しかし(?:ながら)?|一方(?:で)?)、")
_POINT = re.compile(
    r"(?:第?[一二三四五六七八九1-9１-９](?:点目|つ目|番目)|第[一二三四五六七八九1-9１-９]に|最後に|最後、)"
)


_EMPTY_NOUNS = frozenset(
    [
        "こと",
        "もの",
        "ところ",
        "とき",
        "ため",
        "ほう",
        "方",
        "点",
        "件",
        "質問",
        "意見",
        "形",
        "状況",
        "内容",
        "場合",
        "以上",
        "以下",
        "中",
        "上",
        "下",
    ]
)


def numbered_point(sentence: str) -> bool:
    """True for 一点目の…, 二つ目に…: points that were announced as a list and lose sense one by one."""
    return bool(_POINT.search(sentence[:20]))


def announces(sentence: str) -> bool:
    """True where a question is only announced by its topic: 〜についてお伺いします。"""
    return bool(_ANNOUNCED.match(sentence))


def contrasts(sentence: str) -> bool:
    """True where the sentence limits the one before it: ただ、…"""
    return bool(_CONTRAST.match(sentence))


def fragment(sentence: str) -> bool:
    """True where the sentence breaks off: 渋川市で初確認と。 成長したのは。 それが難しいのであれば。 or has lost its beginning.

    A closing noun (開会予定。) is no fragment.
    """
    ms = [m for m in morphemes(sentence) if m.word_class not in ("補助記号", "空白")]
    if not ms:
        return True
    if ms[0].word_class == "助詞" and not _OPENERS.match(sentence):
        return True
    last = ms[-1]
    if last.word_class == "助詞":
        if names_only(sentence):
            return False
        if last.pos[1] == "接続助詞":
            return last.surface in ("ば", "て", "で", "と", "ながら") and not _REQUEST.search(sentence)
        return last.pos[1] != "終助詞" and last.surface not in ("か", "から")
    if last.word_class in ("動詞", "助動詞", "形容詞"):
        # 意見を聴取し。 様々な提案がなされたようで。 詳しく。
        return last.form.startswith(("連用形", "仮定形"))
    return last.word_class in ("接続詞", "連体詞", "接頭辞")


def breaks_off(written: str) -> bool:
    """True where a written sentence has no end: 〜というところで。 特別委員会の調査事項等について。"""
    return fragment(written) or bool(_TITLE_LEFT.search(written))


_TITLE_LEFT = re.compile(r"(?:について|につきまして)[。]?$")
# What is closed when it is printed: 検討していただければ。 〜について。 明記しては。
_REQUEST = re.compile(r"(?:いただければ|いただけたら|について|につきまして|ては)[。]?$")
_OPENERS = re.compile(r"(?:では|でも|というの|ということ|と同時に|というか、|といい|とすると|となると|とはいえ)")
# 市債残高は。 asks by its tone; 成長したのは。 and 設置がないところは。 break off.
_TOPIC_LEFT = re.compile(r"と?は[。？?]?$")
_NO_MATTER = frozenset(["ところ", "こと", "もの", "ほう", "方", "とき", "ため", "場合", "今後", "今回", "次"])


def names_only(sentence: str) -> bool:
    """True for a question that only names its matter: 市債残高は。"""
    left = _TOPIC_LEFT.search(sentence.rstrip())
    if left is None:
        return False
    before = morphemes(sentence[: left.start()])[-1:]
    return any(m.word_class in ("名詞", "接尾辞") and m.surface not in _NO_MATTER for m in before)


_DECIDED = re.compile(
    r"決定|決し|決め|了承|承認|可決|否決|採択|異議(?:が|も|は)?(?:ない|な[くし]|ありません|なし)|賛成(?:者)?(?:多数|少数|全員)|全会一致|認め"
)


def decides(sentence: str) -> bool:
    """True where the sentence states a result: 異議なしと認め、原案のとおり決定しました。"""
    return bool(_DECIDED.search(sentence)) and not asks(sentence)


def content_words(text: str) -> frozenset[str]:
    """Dictionary forms of nouns, verbs and adjectives that name a matter; figures as written."""
    return frozenset(
        m.lemma
        for m in morphemes(text)
        if (m.word_class == "名詞" and m.surface not in _EMPTY_NOUNS)
        or (m.word_class in ("動詞", "形容詞", "形状詞") and m.pos[1] != "非自立可能")
    )


def weight(sentence: str) -> float:
    """About -0.3 to 1.1: how many kinds of cue a spoken sentence shows, less where it only praises or agrees."""
    count = len(_FIGURE.findall(sentence))
    figures = 0.2 + 0.05 * min(count, 3) if count else 0.0
    praise = 0.3 if _PRAISE.search(sentence) else 0.0
    return figures - praise + sum(value for pattern, value in _WEIGHTS if pattern.search(sentence))


def asks(sentence: str) -> bool:
    """True where the sentence puts a question or asks for an answer."""
    stripped = sentence.rstrip("。 　")
    if names_only(sentence):
        return True
    return bool(_ASKING.search(stripped)) and not _INDIRECT.search(stripped)


def leans_back(sentence: str) -> bool:
    """True where the sentence begins with a word that points to one before it: それは、 この点について、 また、その際、

    この4月 and この条例 point to the day and the matter of the meeting, その他 and このたび to nothing.
    """
    return bool(_HANGING.match(sentence)) and not _POINTS_AT_NOTHING.match(sentence)
