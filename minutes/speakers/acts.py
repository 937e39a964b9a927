"""The acts of whoever chairs, told by the words: opening, moving on, inviting, closing."""

import re

from minutes.speakers.roster import TITLES

CHAIRING = re.compile(
    r"(?:ただいま|これ)(?:から|より)[^。]{0,40}(?:開会|開催|始め|開き)|(?:開会|閉会)(?:いた|し|を宣|と)|定刻|"
    r"(?:議題|次第|議事|次の項目)[^。]{0,30}(?:移り|入り|進め|進み)|(?:質問|意見|質疑|発言)[^。]{0,20}(?:ございま(?:す|せん)|あります|いかが|お願い|どうぞ)|"
    r"ほかに[^。]{0,20}(?:ございま|ござい|いかが|あり(?:ます|ません)|なけれ)|ご?異議(?:な|ご|あ|は)|以上をもちまして|議題に供し|説明[がは]終わり|採決|進行(?:を|は|させ|いた)|座長を務め|司会を務め|手が挙が"
)
PROCEEDING = re.compile(
    r"(?:ただいま|これ)(?:から|より)[^。]{0,40}(?:開会|開催|始め|開き)|(?:開会|閉会|散会)(?:いた|し|を宣|と)|定刻|説明[がは]終わり|採決|"
    r"(?:議題|次第|議事|次の項目)[^。]{0,30}(?:移り|入り|進め|進み|供し)|(?:協議|報告|審査|予定表)[^。]{0,30}(?:移り|入り|供し|行います|聴取いたし)|"
    r"ご?(?:質問|意見|質疑|発言)[^。]{0,20}(?:ござい(?:ます|ません)(?:でしょう)?か|ありますか|ありませんか|いかがで|願います|お願い(?:いた)?します。|どうぞ)|"
    r"ほかに(?:は)?[^。]{0,12}(?:ござい|いかが|よろし|ありますか|なけれ)|ご?異議(?:な|ご|あ|は)|以上をもちまして|座長を務め|司会を務め|手が挙が"
)
"""What a chair does, without what a member may say as well."""
PRESIDING = re.compile(
    r"休憩前に引き続き|(?:議長|委員長|座長|進行)を交代|暫時休憩|(?:一般質問|質疑|審査|審議)続行|"
    r"(?<!私の)(?:一般質問|質疑|審査|審議)を(?:終結|終了|終わり)(?:いた|し|ま)|(?:会議|委員会)を(?:開き|閉じ|再開)|散会"
)
"""What nobody but the one in the chair says; a secretary who opens a meeting says other words."""


def chairs_here(key: str) -> bool:
    return bool(CHAIRING.search(key))


_MEMBER = re.compile(
    r"(?<!説明に)(?<!相談に)(?<!挨拶に)伺い(?:ます|た(?:い|く)|いた|し)|伺え|お?聞き(?:した|しま|いた)|教えて|お?尋ね(?:した|しま|いた)|質問(?:させ|いたし|します)|要望(?:し|いたし|させ)"
)


def proceeds(key: str) -> bool:
    return bool(PROCEEDING.search(key)) and not inquires(key)


def inquires(key: str) -> bool:
    """A member's words: asking or urging."""
    return bool(_MEMBER.search(key))


def presides(key: str) -> bool:
    return bool(PRESIDING.search(key))


ANSWERING = re.compile(
    r"^(?:はい|ええ|えー|では|それでは)?[、。]*[^。]{0,30}(?:お答え|ご?答弁)(?:を|させて)?(?:いた(?!だ)|申し上げ|します|し(?!て))"
)
_BY_MYSELF = re.compile(r"私|わたくし|座長|議長|会長|事務局")
ASKING = re.compile(
    r"(?:か|(?:伺い|お(?:聞き|尋ね|願い)(?:いた|し)?)[^。]{0,12}|ください|お示し[^。]*|お聞かせ[^。]*)[。?]?$"
)


def answers(key: str) -> bool:
    """Opens an answer in so many words; a chair who answers himself says so and is left out."""
    return bool(ANSWERING.match(key)) and not _BY_MYSELF.search(key[:30])


def asks(key: str) -> bool:
    return bool(ASKING.search(key))


_REQUESTS = re.compile(r"よろしくお願い|答弁|お答え|できたら|見解|所見")
_CALLS = re.compile(r"(?:^|[。、])(?:それでは|では|次に|続いて|続きまして|はい)")


def requests(key: str) -> bool:
    """「市長、よろしくお願いします」 within a question sounds like a call, and may be just that of no chair."""
    return bool(_REQUESTS.search(key[-60:])) and not _CALLS.search(key[-60:])


_FLOOR = re.compile(
    rf"(?:^|[。、])(?:はい|では|それでは|次に|続いて)?[、,]?[一-鿿々ぁ-んー\d]{{0,12}}?(?<!委員)(?<!議)(?<!会)(?:{TITLES})(?:さん|様|君)?。?$"
)
_FLOOR_ALONE = 24
_SENTENCE = re.compile(r"です|ます|ました|ません|から|より|が、|は、|には|では、")


def gives_floor(key: str) -> bool:
    """A title that stands alone (「総務部長。」), also of somebody whom the roster does not hold."""
    last = key.rstrip("。").rpartition("。")[2]
    return len(last) <= _FLOOR_ALONE and not _SENTENCE.search(last) and bool(_FLOOR.search(last))
