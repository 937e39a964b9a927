"""Sentences that carry no content of their own: greetings, thanks, self-introductions, pointers to papers."""

import re

from minutes.style.morphology import morphemes

_WILL = (
    r"(?:させていただきます|いたします|します|申し上げます|させていただきたいと思います|いたしたいと思います"
    r"|したいと思います)"
)
_COURTESY = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:はい|ええ|うん|なるほど|そうですね|そうなんですね|そうですか|そうです|分かりました|わかりました|承知(?:いた)?しました|了解(?:いた|し)*ました"
        r"|かしこまりました|おはようございます|こんにちは|失礼(?:いた)?します|失礼(?:いた)?しました|すみません|恐れ入ります"
        r"|お疲れ(?:様|さま)(?:です|でした|でございます)|ありがとう|とんでもございません|いえいえ)+",
        r"(?:(?:本当に|どうも|大変|誠に|貴重な|ご|御|お|多岐にわたる)?[^、。0-9０-９]{0,24}?、?)?ありがとうござい(?:ます|ました)",
        r"(?:[^、。]{0,20}、)?(?:どうぞ|何とぞ|引き続き|それでは|では|本日は)*、?(?:ご協力|ご審議|ご対応|ご確認)?"
        r"(?:のほど|を|のほう)?、?(?:どうぞ)?(?:よろしく|宜しく)(?:お願い(?:いた|申し上げ|し)+ます|お願い(?:いた|し)*たいと思います|どうぞ)?",
        # Announcing questions without asking any.
        r"(?:私から|私のほうから)?(?:は)?、?"
        r"(?:皆様|皆さん|皆さま)?、?(?:おはようございます|こんにちは|お疲れ様です|お疲れさまです)",
        r"[^。0-9０-９]{0,50}(?:いただき|くださり|いただいて|くださいまして|中|まして)、?(?:誠に|本当に|大変|どうも)?、?ありがとうござい(?:ます|ました)",
        r"(?:(?:[0-9０-９一二三四五]|何点か|いくつか|幾つか)(?:点|つ)?(?:ほど|ばかり|だけ)?、?)?(?:ちょっと|少し)?(?:ご|お)?"
        r"(?:質問|伺い|尋ね|聞き)(?:を)?(?:いたします|します|させていただきます|させてください|があります|がございます|したいと思います|"
        r"させていただければと思います|させていただきたいと思います|よろしいでしょうか|したいのですが|ですが|なんですけれども|です)",
        r"(?:私から|私のほうから|こちらから|説明|ご説明|報告|回答)?は?、?以上(?:です|でございます|となります|になります|であります)",
        r"(?:それでは|では)?、?(?:次に|続きまして|次の(?:質問|項目|点))?、?(?:移り|参り|まいり)(?:ます|たいと思います)",
        r"(?:いかが|よろしい)でしょうか",
        r"(?:大変|誠に)?(?:申し訳(?:ございません|ありません)|失礼いたしました)(?:でした)?",
        r"[^、。]{0,20}から失礼(?:いた)?します",
        r"(?:本日は)?、?[^、。]{0,12}代理(?:で|として)(?:出席|参加)(?:して|させていただいて)(?:おり|い)?ます",
        r"(?:これは)?(?:私の)?(?:ご)?(?:意見|要望|感想)(?:です|でございます|として申し上げます|になります|となります)",
        r"(?:(?:ご|御|お)(?:心配|指摘|意見|質問|懸念|要望)[^、。]{0,8}は、?)?(?:大変|誠に)?(?:ごもっとも|もっとも)(?:な(?:ご|御)?(?:意見|指摘|質問))?(?:です|だと思います|かと思います|でございます|と存じます)",
        r"(?:では|それでは)?、?(?:次|最後|第?[0-9０-９一二三四五六七八九十]+)(?:の|件目の|項目の|点目の)?(?:質問|項目|件|質問項目)?(?:です|でございます|であります|になります|に移ります|に入ります|に参ります)",
        r"(?:では|それでは|続いて)?、?再質問(?:を)?(?:します|いたします|させていただきます|に移ります|です)",
        r"(?:(?:ご|御)(?:理解|協力|審議|対応|確認|検討|了承|承知おき)[^、。0-9]{0,14}、?)?(?:どうぞ|何とぞ)?、?(?:よろしく|宜しく)(?:ご審議|御審議)?(?:のほど)?お願い(?:を)?(?:いたし|申し上げ|し)ます",
        r"(?:[^、。0-9]{0,20}(?:について|は|を))?(?:よく|大変よく)?(?:分かり|わかり|理解(?:いたし|し)|承知(?:いたし|し)|了解(?:いたし|し))ました",
        r"(?:(?:質問|確認|それ|あと|まず|もう|今|ただいま|私からは?)[^、。]{0,6}?、?)?(?:[0-9０-９一二三四五]|何)点(?:だけ|ほど)?(?:、?(?:お尋ね|ご質問|御質問|ご指摘)(?:を)?いただきました)?(?:です|でございます)?",
        r"(?:大変|本当に|とても|非常に)?(?:すばらしい|素晴らしい|すてきな|素敵な|興味深い)(?:お)?(?:取組|取り組み|発表|ご発表|話|事例|説明|ご説明)(?:だと思います|だと感じました|ですね?|でした|でございます|と思います)",
        r"以上で、?(?:私(?:から)?の)?(?:一般)?(?:質問|説明|報告|発言|意見|答弁)?(?:を)?(?:終わ|終え|閉じ)(?:り|らせていただき|させていただき)?(?:ます|たいと思います)",
        r"(?:一般)?質問に入る前に、?(?:一言)?(?:申し上げ(?:ます|たいと思います)|お話し?(?:させていただき)?ます)",
        r"通告に(?:従い|従いまして|基づき|基づきまして)、?(?:順次|これより)?、?(?:一般)?質問(?:を)?(?:して(?:まいり|いき)ます|します|いたします|させていただきます|してまいりたいと思います|始めさせていただきます)",
        r"(?:[^、。0-9]{0,20}、)?(?:この|その)?(?:項目|件)?(?:の)?最後に、?(?:お|ご)?(?:伺い|聞き|質問)(?:を)?(?:いた)?(?:します|させていただきます)",
        r"聞こえ(?:ます|てい?ます)(?:でしょう)?か",
        # An aside that the speaker himself takes back or calls one; figures are kept whatever he calls them.
        r"[^。0-9０-９]{4,}(?:けど|けれども|けども|が|て)、(?:まあ|ま)?、?(?:それは|その話は)(?:いい|よい)(?:んです|のです|です)(?:が|けど|けれども|けども)",
        r"(?:まあ|ちょっと|全くの)?、?余談(?:です|になります|でございます)(?:が|けど|けれども)、[^。0-9０-９]+",
    )
)
_REFERENCE = tuple(
    re.compile(pattern)
    for pattern in (
        r"[^。]{0,40}(?:資料|ページ|スライド|別紙|画面|図|表)[^。、はが]{0,14}(?:を|に)?、?(?:ご覧|御覧|お開き|ご参照)(?:ください|いただければと思います"
        r"|いただきたいと思います|願います|になってください)",
        r"(?:これは|それは)?(?:先ほど|さきほど|さっき|前に|今)(?:も)?(?:申し上げた|申しました|言った|ご説明した|説明した)"
        r"(?:とおり|通り)(?:です|でございます|になります|となります)",
    )
)
_INTRODUCTION_END = re.compile(r"(?:です|でございます|と申します|であります)$")
# 〜について、保健福祉部長の立場でお答えします: announces an answer. 来月末までに回答します and 委員会に報告します are promises.
_TELLING = re.compile(
    r"(?:お|ご|御)?(?:答弁|答え|回答|説明|報告|話し?)(?:のほう)?(?:を)?"
    r"(?:させていただきます|いたします|します|申し上げます|させていただきたいと思います|いたしたいと思います|したいと思います"
    r"|していきたいと思います|してまいりたいと思います)$"
)
_BEFORE_TELLING = re.compile(
    r"(?:^|(?:について|につきまして|に関して|に関しまして|に対して|に対しまして|質問に|指摘に|お尋ねに|立場で|立場から|から|より|ので|順次"
    r"|一括して|それでは|では|まず|併せて|続けて|続いて|順番に)、?(?:(?:ご|御)?一括して|順次|私から|私のほうから|まとめて)?、?)$"
)
_PROMISE = re.compile(r"[0-9０-９]+(?:月|日|年)|後ほど|後日|改めて|次回|書面|文書|別途|まで|今後|委員会|議会|協議会")
_LEAD = re.compile(r"^(?:(?:はい|ええ|えー|では|それでは|どうも|すみません|失礼します)[、。]?\s*)+")


def _bare(sentence: str) -> str:
    text = sentence.strip().rstrip("。！？!? 　").strip()
    shorter = _LEAD.sub("", text)
    return shorter or text


def is_courtesy(sentence: str) -> bool:
    """True for thanks, greetings, announcements of speaking (お答えいたします) and assent without content."""
    text = _bare(sentence)
    return not text or _announces_answer(text) or any(pattern.fullmatch(text) for pattern in _COURTESY)


def _announces_answer(text: str) -> bool:
    telling = _TELLING.search(text)
    if telling is None:
        return False
    head = text[: telling.start()]
    return bool(_BEFORE_TELLING.search(head)) and not _PROMISE.search(head)


_THANKS_FIRST = re.compile(
    r"^(?:ご質問|ご指摘|ご意見|ご提案|お尋ね)(?:を)?(?:いただき(?:まして)?)?、?(?:誠に|本当に|大変|どうも)?ありがとうござい(?:ます|ました)、"
)
_ASKING_FAVOUR = re.compile(
    r"(?:(?<=ます)|(?<=です))(?:ので|が|けれども|けども)、(?:(?:本日は|引き続き|引き続いて|どうぞ|何とぞ|皆様の|ご理解|ご協力|ご支援|のほど|と|を|、)*)"
    r"よろしくお願い(?:いたし|申し上げ|し)?ます。?$"
)


def without_courtesy(sentence: str) -> str:
    """``sentence`` without thanks before its content and よろしくお願いします after it."""
    return _ASKING_FAVOUR.sub("。", _THANKS_FIRST.sub("", sentence))


def is_reference(sentence: str) -> bool:
    """True for a sentence that only points elsewhere: 資料3をご覧ください。 先ほど申し上げたとおりです。"""
    text = _bare(sentence)
    return any(pattern.fullmatch(text) for pattern in _REFERENCE)


_VARIANTS = str.maketrans("髙﨑𠮷濵德", "高崎吉浜徳")
_OFFICE = re.compile(r"(?:[都道府県市区町村課部局室署長員官監会構団社校所]|CIO|[A-Z]{2,})の$")


def is_self_introduction(sentence: str) -> bool:
    """True for 狛江市の平林です。 and 企画課長の佐藤と申します。: ends in a personal name and says nothing else."""
    text = _bare(sentence)
    end = _INTRODUCTION_END.search(text)
    if end is None or len(text) > 40:
        return False
    # The dictionary does not know the rarer forms of the characters in names.
    ms = morphemes(text[: end.start()].translate(_VARIANTS))
    if not ms or any(m.word_class in ("動詞", "形容詞") or m.surface in ("は", "が", "を", "も") for m in ms):
        return False
    # 平岡 alone may be read as a common noun; with さん after it the dictionary sees a family name.
    if morphemes(ms[-1].surface + "さん")[0].pos[2] == "人名":
        return True
    # 黒部 is a place to the dictionary; after an office it is its holder.
    holder = ms[-1].pos[1] == "固有名詞" and bool(_OFFICE.search("".join(m.surface for m in ms[:-1])))
    return ms[-1].pos[2] == "人名" or holder or end.group() == "と申します"


def carries_nothing(sentence: str) -> bool:
    """True where a draft loses nothing by leaving the sentence out."""
    return is_courtesy(sentence) or is_reference(sentence) or is_self_introduction(sentence)
