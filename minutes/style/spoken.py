"""Fillers, false starts and loose words of speech taken out, content untouched."""

import re

from minutes.style.morphology import Morpheme, morphemes

_JA = r"ぁ-んァ-ヶー一-龥々〇、。「」（）"
# What a record writes between words, not what was said: 〔「はい」と呼ぶ者あり〕（拍手）
_STAGE = re.compile(
    r"〔[^〕]{1,60}〕|[（(](?:拍手|笑声?|笑い|発言する者あり|傍聴席で[^）)]{0,20}|「[^」]{1,20}」と呼ぶ者(?:あり|多し)|[^）)]{0,12}挙手)[）)]"
)
_LIST_MARK = re.compile(r"(?:(?<=^)|(?<=[ぁ-んァ-ヶー一-龥、。：）]))、?[-●◦*] ?(?=[ァ-ヶ一-龥A-Za-z])")
_NOISE = re.compile(r"(?:…|‥|——|――|─{2,}|〜{2,})+")
_SPACE = re.compile(rf"(?<=[{_JA}])[ 　\t\r\n]+|[ 　\t\r\n]+(?=[{_JA}])")
_EDGE = r"(?:(?<=^)|(?<=[、。？！「（\s]))"
_DRAWN = re.compile(
    _EDGE + r"(?:(?:え[ーえぇ〜]+っ?と|えっと)[ーぉ〜]*(?:です)?ね?[ー〜]*|え[ー〜]+|[あそ]の[ーぉ〜]+(?:です)?ね?"
    r"|う[ー〜]+ん?|んー+|あ[ー〜]+|あっ|ま[ーあぁ〜]+)(?:[、。…]+|(?=[^ぁ-んァ-ヶー]))"
)
_PAUSED = re.compile(
    _EDGE
    + r"(?:ええと|えっと|えと|ええ|あの|その|この|こう|なんか|まあ|まぁ|ま|ちょっと|なんていうか|何というか|ほら|ねえ"
    r"|何ていうんですかね|何と言いますか|なんていうんですか|(?:何|なん)(?:という|と言う|ていう)(?:の|ん)(?:でしょう|です)(?:か)?"
    r"|(?:どうも)?(?:すみません|すいません|済みません|申し訳(?:ありません|ございません)|失礼(?:いた)?しました)(?:が|けれども)?)(?:ですね|ね)?、"
)
_WELL = re.compile(r"(?:(?<=^)|(?<=[、。]))まあ(?=[ぁ-んァ-ヶ一-龥])(?!まあ)")
_INNER_DESUNE = re.compile(r"(?:です|でして)ね、")
_AFTER_PARTICLE = re.compile(r"(?:(?<=[をにの])|(?<=[一-龥々ァ-ヶー0-9]が)|(?<=の辺が))(?:です|でして)ね、")
# 負担が、まあ、ある: the pause goes with the filler.
_HANGING = re.compile(
    r"(?:(?<=[をにの])|(?<=[一-龥々ァ-ヶー0-9]が))、(?:まあ|まぁ|あの|その|こう|なんか|[あそ]のー+|えー+と?|ええと|えっと|うーん)、"
)
_START = re.compile(r"^(?:(?:はい|ええ|うん|なるほど|すみません|済みません|そうですね|じゃあ?|で|んで|それで、?で)、)+")
_YES = re.compile(r"^(?:はい|ええ)。(?=.)")
_LOOSE = (
    (re.compile(r"っていう"), "という"),
    (re.compile(r"(?<=[るたいう])みたいな(?=[ぁ-ん一-龥])"), "ような"),
    (re.compile(r"(?<=[一-龥ァ-ヶー])みたいな(?=[ぁ-ん一-龥])"), "のような"),
    (re.compile(r"やっぱ[りし]?"), "やはり"),
    (re.compile(r"いろんな"), "様々な"),
    (re.compile(r"じゃあ、"), ""),
    # The dictionary takes 4年半たちます for 半＋たち (plural).
    (re.compile(r"(?<=[年月日間半分])たち(?=ま[すし])"), "経ち"),
    (re.compile(r"(?<=[一-龥]{2}[市町区県])さん(?=[がはをにのもとへでか、])"), ""),
    (re.compile(r"(?<=市町村|東京都|自治体|事業者)さん(?![ぁ-ん一-龥]*さん)(?=[がはをにのもとへでか、])"), ""),
)
_AMOUNT_AFTER = re.compile(r"^(?:[0-9０-９一二三四五六七八九十百千万数]|した|前|後|多|少|ずつ|でも|上|下)")


_KANA = re.compile(r"[ぁ-んァ-ヶー]")


def _filler(m: Morpheme) -> bool:
    return m.word_class == "感動詞" and m.pos[1] == "フィラー"


def _content(m: Morpheme) -> bool:
    return m.word_class in ("名詞", "動詞", "形容詞", "形状詞", "副詞") and m.pos[1] != "数詞" and len(m.surface) > 1


def _without_fillers(text: str) -> str:
    ms = morphemes(text)
    out: list[str] = []
    i = 0
    while i < len(ms):
        m = ms[i]
        following = ms[i + 1].surface if i + 1 < len(ms) else ""
        at_edge = not out or out[-1][-1:] in "、。？！「（"
        if m.kept:
            out.append(m.surface)
        elif _filler(m) and (following in ("、", "。", "") or not _KANA.match(following)):
            i += 2 if following == "、" and (at_edge or not out) else 1
            continue
        elif m.surface == "ちょっと" and not _AMOUNT_AFTER.match("".join(x.surface for x in ms[i + 1 : i + 3])):
            i += 2 if following == "、" else 1
            continue
        elif (
            _content(m)
            and following == "、"
            and i + 2 < len(ms)
            and ms[i + 2].surface == m.surface
            and not (i + 3 < len(ms) and ms[i + 3].word_class in ("名詞", "接尾辞") and ms[i + 3].pos[2] != "サ変可能")
        ):
            # 検討、検討しており: a word taken up again after a pause.
            i += 2
            continue
        elif (
            _content(m)
            and ms[i + 1 : i + 2]
            and ms[i + 1].word_class == "助詞"
            and [x.surface for x in ms[i + 2 : i + 5]] == ["、", m.surface, following]
        ):
            # スマホの、スマホの助成: the same with its particle.
            i += 3
            continue
        elif m.word_class == "連体詞" and following == "、" and i + 2 < len(ms) and ms[i + 2].surface == m.surface:
            i += 2
            continue
        else:
            out.append(m.surface)
        i += 1
    return "".join(out)


def _outside_quotes(text: str) -> str:
    text = _NOISE.sub("", _STAGE.sub("", text))
    # One hyphen may stand for a range (東京-大阪); several are the marks of a list whose line breaks are gone.
    if len(_LIST_MARK.findall(text)) > 1:
        text = _LIST_MARK.sub("、", text)
    text = _SPACE.sub("", text)
    previous = ""
    while previous != text:
        previous = text
        text = _YES.sub("", _START.sub("", text))
        text = _HANGING.sub("", text)
        text = _DRAWN.sub("", text)
        text = _WELL.sub("", _PAUSED.sub("", text))
    text = _AFTER_PARTICLE.sub("", text)
    text = _INNER_DESUNE.sub(_pause_of, text)
    for pattern, replacement in _LOOSE:
        text = pattern.sub(replacement, text)
    return text


def _pause_of(match: re.Match[str]) -> str:
    return "であり、" if match.group().startswith("でして") else "、"


def clean_spoken(text: str) -> str:
    """``text`` without fillers, false starts, drawn-out sounds and the blanks of recognisers.

    Words that only look like fillers stay: あの件, その件, ちょっと前, names. Numbers and content words never go,
    except a word said twice in a row (検討、検討しており).
    """
    previous = None
    current = text.strip()
    # Taking one filler out may bring the next to an edge.
    for _ in range(4):
        if current == previous:
            break
        previous = current
        current = _without_fillers(_outside_quotes(current))
        current = re.sub(r"、{2,}", "、", current)
        current = re.sub(r"、(?=。)", "", current)
        current = re.sub(r"^[、。\s]+", "", current)
    return current
