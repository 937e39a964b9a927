"""Parts of a spoken sentence that a record does without: prefaces, wordy frames, closing formulas.

Works on polite spoken text, before it is put into the plain style. What is taken out says nothing of the matter; where
a rule cannot be sure (a contrast, a place, a comparison), the words stay.
"""

import re

from minutes.style.morphology import Morpheme, morphemes

_BUT = r"(?:が|けれども|けれど|けども|けど)"
_COPULA = r"(?:です|でございます|であります|なん?です|なんでございます)"

# 1点教えていただきたいのですが、… : that a question follows is seen from the question.
_PREFACE = re.compile(
    r"^(?:(?:それでは|それから|では|次に|最後に|まず|あと|ちなみに)、)?"
    r"(?:(?:もう)?(?:[0-9０-９一二三四五]|何|いく|幾)(?:点|つ)(?:か|だけ|ほど|ばかり)?、?)?(?:確認(?:を)?|質問(?:を)?|(?:お|ご|御)?(?:聞き|伺い|尋ね|教示|確認|質問)(?:を)?|教えて)"
    r"(?:し|させて|いたし|いただき)*(?:いただき)?(?:たい|ます)(?:と思います|と存じます)?(?:ん|の)?(?:です|でございます)?"
    + _BUT
    + "、"
)
# 意見になりますが、… : the kind of the turn says so already.
_LABELLED = re.compile(
    r"^(?:(?:これは|あと|最後に|それと|それから|また)、?)*(?:ちょっと)?(?:意見|要望|感想|質問|お願い|補足)(?:に(?:は)?なり(?:ます)|です|でございます|なん?です|(?:を)?申し上げ(?:ます|たいのです))(?:が|けれども|けれど|けども|けど)、"
)
# 3項目めの質問になりますが、…: the number is all that it says.
_NUMBERED = re.compile(
    r"^(?P<lead>(?:そこで|では|それでは|また|次に|まず|続いて)、?)?(?P<number>第?[0-9０-９一二三四五六七八九十]+(?:点|つ|項目|番|件|問)(?:目|め))"
    r"(?:の(?:ご|御)?(?:質問|項目|点|件|課題|論点|お尋ね))?(?:です|でございます|であります|になります|となります)"
    + _BUT
    + "、"
)
_ADVERBIAL = re.compile(
    r"^(最後に|次に|続けて|続いて|まず|その上で)(?:な[のん])?(?:です|でございます|になります)" + _BUT + "、"
)
# 繰り返しになりますが、 確認になりますが、: says what kind of words follow, not what they are.
_SPEAKING = re.compile(
    r"^(?P<lead>(?:そこで|では|それでは|また|次に|まず|最後に|続いて|なお)、?)?(?:[^、。はがをも0-9]{0,8}の)?(?:ご|御)?(?:質問|確認|意見|要望|補足|繰り返し|重複|お願い|感想)"
    r"(?:に(?:は)?なり(?:ます)|ということになります)(?:が|けれども|けれど|けども|けど)、"
)
# 〜についてのご質問ですが、 / 〜についてですけれども、 : the frame that names the topic.
_ABOUT = re.compile(
    r"(?P<about>について|に関して|につきまして|に関しまして|に対して|に対しまして|についての(?:ご|御)?(?:質問|お尋ね|指摘)|に関する(?:ご|御)?(?:質問|お尋ね))"
    + _COPULA
    + _BUT
    + "、"
)
_ASKED_BEFORE = re.compile(
    r"^(?:まず、?|次に、?|続きまして、?|それから、?|また、?)?(?:今|先ほど|ただいま|ただ今)?、?(?:ご|御|お)?(?:質問|指摘|お尋ね|尋ね)(?:を)?(?:の)?"
    r"(?:いただき|ござい|あり|頂戴し|賜り)*(?:まして|ました|た)の?(?=[^。、]{2,40}(?:について|に関して|につきまして))"
)
_WORDY = (
    (re.compile(r"というよう?な(?:こと|もの)(?=[をがはにもで])"), "ということ"),
    (re.compile(r"(?:という|といった)ふうな(?=[一-龥])"), "という"),
    (re.compile(r"(?<=[そこあ])う(?:いったよう|いうよう|いったふう|いうふう)な"), "うした"),
    (re.compile(r"(?<=[一-龥])等々(?=[をがはにもで])"), "等"),
    (re.compile(r"させていただいておるところで"), "しているところで"),
    (re.compile(r"(?<=[一-龥ァ-ヶー])(?:という|といった)ところ(?=[をがはにも])"), ""),
    # やっているというところになっている tells what is done, not what was settled.
    (re.compile(r"(?<=て)いると(?:いう|いった)ところになって(?=(?:おり|い)ま[すし])"), ""),
    (re.compile(r"(?<=[うくぐすつぬぶむるたいだ])(?:という|といった)ところ(?=[をがはにも])"), "こと"),
    (re.compile(r"(?<=[一-龥ァ-ヶー])(?:という|といった)ところで、"), "で、"),
    # 〜わけです only asks for assent; わけではない denies and stays.
    (
        re.compile(
            r"(?<!という)(?<=[うくぐすつぬぶむるたいだ])わけで(?:す|ございます|あります)(?=。|$|が、|けれども|けど|ので|から)"
        ),
        "",
    ),
    (re.compile(r"なわけで(?=(?:す|ございます|あります)(?:。|$|が、|けれども|けど|ので|から))"), "で"),
    (re.compile(r"(?<=[一-龥ァ-ヶー])(?:だ)?とか(?=、?[一-龥ァ-ヶー])"), "や"),
    (re.compile(r"(?<=[一-龥ァ-ヶー])(?:だ)?とか(?=[をがはにのもで])"), "など"),
    (re.compile(r"でしたり(?:とか)?"), "であったり"),
    # あるかないかなのですが is a question and a copula, not かな.
    (re.compile(r"(?<=[うくぐすつぬぶむるたい])かな[のん](?=です(?:が|けれ|けど))"), "か"),
    (re.compile(r"さっき(?=[、のもはか一-龥])"), "先ほど"),
    (re.compile(r"(?<![もの物])すごく(?=[、一-龥ぁ-ん])"), "非常に"),
    # The verb of saying is missing: 止めていくと。
    (re.compile(r"(?<=[うくぐすつぬぶむるたいだ])(?<!か)と。?$"), "。"),
    (re.compile(r"(?<=[うくぐすつぬぶむるたいだ])というところで(?:す|ございます|あります)(?=。|$)"), ""),
    (re.compile(r"(?<=[一-龥ァ-ヶー])というところで(?:す|ございます|あります)(?=。|$)"), "です"),
    (re.compile(r"(?<=て)おるところで(?:す|ございます|あります)"), "おります"),
    (re.compile(r"(?<=て)いるところで(?:す|ございます|あります)"), "います"),
)
# 整備のほうを → 整備を, but neither 東のほうに nor AよりBのほうが.
_WAY = re.compile(r"(?<![東西南北上下左右前後奥先])のほう(?=(?:を|は|も|で|から|に)(?![ぁ-ん]*近))")
# 〜ますので、御理解のほどよろしくお願いいたします。
_FAVOUR = re.compile(
    r"(?:(?<=ます)|(?<=です)|(?<=たい))(?:ので|が|けれども|けども|から)、(?:[^、。0-9０-９]{0,24}(?:くださいますよう|くださるよう|いただきますよう|いただくよう|のほど|賜りますよう))?、?"
    r"(?:(?:本日は|引き続き|引き続いて|どうぞ|何とぞ|皆様の|(?:ご|御)(?:理解|協力|支援|審議|了承)|と|を|、)*)(?:よろしく|宜しく)?お願い(?:を)?(?:いたし|申し上げ|し)?(?:ます|たいと思います)。?$"
)
# …を要望申し上げて、次の項目に移ります。
_MOVING_ON = re.compile(
    r"(?P<verb>(?:要望|お願い|指摘|確認|期待|申し添え|意見)(?:を)?(?:し|申し上げ|いたし|させていただい))(?:て|まして)、(?:この質問(?:を|は)終わ|(?:次の|第?[0-9０-９一二三四五六七八九十]+)[^、。]{0,12}(?:移|入|参|まいり|進)|(?:私の)?(?:一般)?質問を?(?:終わ|終え|閉じ))"
    r"[^、。]*。?$"
)
_TE_MASU = (
    ("させていただい", "させていただきます。"),
    ("申し上げ", "申し上げます。"),
    ("いたし", "いたします。"),
    ("し", "します。"),
)

# A word added after the sentence was over: 所有者がいます、地主さんが。
_AFTERTHOUGHT = re.compile(r"(?P<end>(?:です|ます|ました|ません|でした)[ねか]?)、[^、。0-9０-９]{1,16}[がはもをに]。?$")

# Heads that make 「Xですが、」 a concession instead of a topic: 重要な課題ですが、
_CONCEDING = frozenset(
    [
        "課題",
        "問題",
        "状況",
        "状態",
        "ところ",
        "こと",
        "もの",
        "段階",
        "予定",
        "方針",
        "考え",
        "認識",
        "事実",
        "とおり",
        "通り",
        "限り",
        "程度",
        "以上",
        "以下",
        "意見",
        "要望",
        "前提",
        "途中",
        "最中",
        "場合",
        "理由",
        "必要",
        "可能",
        "困難",
        "結構",
        "残念",
        "恐縮",
        "失礼",
        "繰り返し",
        "質問",
        "確認",
        "お願い",
        "余談",
        "同様",
        "一緒",
        "初めて",
        "仕組み",
        "制度",
        "見込み",
    ]
)
_TOPIC_END = re.compile(
    r"(?P<named>(?:という|との)(?:こと|件|お話|お尋ね|ご質問|御質問)|の件)?" + _COPULA + _BUT + "、"
)
_LEAD = re.compile(
    r"^(?:(?:まず|次に|また|それから|それと|さらに|あと|最後に|続いて|続きまして|なお|一方|加えて|さて|そこで|では|それでは|最初に|先ほどの|ただいまの|今の"
    r"|第?[0-9０-９一二三四五六七八九十]+(?:点|つ|項目|件)目[のに]?、|[(（][0-9０-９]+[)）])、?)+"
)
_JOINS = frozenset(["と", "や", "に"])
_RELATES = frozenset(["関する", "対する", "係る", "おける", "よる", "つく"])


def _names_a_topic(ms: tuple[Morpheme, ...], *, conceding: frozenset[str]) -> bool:
    """True for a plain noun phrase: 窓口予約システム, 運用の費用, but not 重要な課題 or 58人."""
    if not ms or ms[-1].surface in conceding:
        return False
    if ms[-1].word_class != "名詞" and ms[-1].pos[1] != "名詞的":
        return False
    if any(m.pos[1] == "数詞" for m in ms[-3:]) or ms[-1].pos[2] in (
        "助数詞可能",
        "副詞可能",
        "形状詞可能",
        "助数詞",
    ):
        return False
    allowed = ("名詞", "接尾辞", "接頭辞", "連体詞", "補助記号", "接続詞")
    relation = [m for m in ms if (m.word_class == "助詞" and m.surface in _JOINS) or m.lemma in _RELATES]
    return all(m.word_class in allowed or m.surface == "の" or m in relation for m in ms) and not any(
        m.surface == "、" for m in ms
    )


def _topic_frame(text: str) -> str:
    """窓口予約システムですが、… → 窓口予約システムについては、…"""
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    end = _TOPIC_END.search(text, start, start + 48)
    if end is None or "、" in text[start : end.start()]:
        return text
    # 予定ですが、 may concede; 予定の件ですが、 can only name.
    conceding = frozenset[str]() if end.group("named") else _CONCEDING
    if not _names_a_topic(morphemes(text[start : end.start()]), conceding=conceding):
        return text
    rest = text[end.end() :]
    # A topic of its own follows: 費用ですが、費用は… keeps only the second.
    if re.match(r"[^、。]{1,12}[はも](?![ぁ-ん]*、)", rest) and rest.startswith(text[start : end.start()]):
        return text[:start] + rest
    return f"{text[:start]}{text[start : end.start()]}については、{rest}"


def _closed(match: re.Match[str]) -> str:
    verb = match.group("verb")
    stem, polite = next(pair for pair in _TE_MASU if verb.endswith(pair[0]))
    return verb[: -len(stem)] + polite


def _about(match: re.Match[str]) -> str:
    kind = match.group("about")
    if kind.startswith(("に対し", "に対しまし")):
        return "に対しては、"
    return "については、"


def compress(sentence: str) -> str:
    """``sentence`` without words that carry nothing: a preface to a question, a wordy topic frame, a closing formula.

    Figures, names, conditions, negations and the strength of what is said stay. Never empty where the input is not.
    """
    text = _ASKED_BEFORE.sub("", sentence)
    text = _LABELLED.sub("", _PREFACE.sub("", text))
    text = _ADVERBIAL.sub(r"\1、", _NUMBERED.sub(r"\g<lead>\g<number>に、", text))
    text = _SPEAKING.sub(r"\g<lead>", text)
    text = _ABOUT.sub(_about, text, count=1)
    text = _topic_frame(text)
    text = _AFTERTHOUGHT.sub(lambda m: m.group("end") + "。", text)
    text = _FAVOUR.sub("。", text)
    text = _MOVING_ON.sub(_closed, text)
    for pattern, written in _WORDY:
        text = pattern.sub(written, text)
    if "より" not in text:
        text = _WAY.sub("", text)
    return text or sentence
