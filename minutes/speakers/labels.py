"""What a raw label (display name, 役（氏名）, 姓＋役, organisation) says about the speaker."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from minutes.folding import fold_key
from minutes.speakers.keys import Keys
from minutes.speakers.roster import ANY_TITLE, HONORIFICS, TITLES, Roster

_MARKS = re.compile(r"^[○◯◆◎●◇■□△▲▽☆★\s]+")
_DELIMITERS = re.compile(r"[\s()\[\]〔〕【】「」『』<>/\\|・_,、.:;@＠\-‐–—~〜＋+&]+")
_ROOM = re.compile(
    r"会議室|応接|るーむ|room|まいく|会場|傍聴|げすと|guest|おんらいん|参加者|pc\d*$|"
    r"^(?:委員|議員|事務局|理事者|職員|出席者|説明員|参考人|"
    r"質問者|回答者|発言者|複数|不明|unknown|user|ゆーざー)[a-z0-9一二三四五六七八九十]*$"
)
_HOST = re.compile(r"[一-鿿々ぁ-んー]{1,8}?[都道府県市区町村]")
_CHAIR = re.compile(r"座長|議長|委員長|会長|司会|進行|部会長|分科会長")
_VICE = re.compile(r"副(?:座長|議長|委員長|会長|部会長)|代理")
_LEFT = re.compile(rf"(?:[^|]*(?:兼務|事務取扱|心得)|{TITLES}|{HONORIFICS}|代理|担当|議席|第?\d+番|\d+|\|)+")
_GENERIC = frozenset(
    [
        "部長",
        "課長",
        "局長",
        "次長",
        "係長",
        "委員",
        "議員",
        "理事",
        "職員",
        "事務局",
        "担当",
        "部",
        "課",
        "局",
        "代表",
        "主任",
        "参事",
    ]
)


@dataclass(frozen=True)
class LabelMatch:
    attendee_id: str
    weight: float


def is_shared(label: str | None) -> bool:
    """True for a room, a device or a bare role: several people may speak under it. No label counts as shared."""
    return label is None or not label.strip() or bool(_ROOM.search(fold_key(label)))


def is_chair_role(label: str | None) -> bool:
    return bool(label and _CHAIR.search(fold_key(label)))


def is_vice_role(label: str) -> bool:
    return bool(_VICE.search(fold_key(label)))


def match_label(label: str | None, roster: Roster) -> tuple[LabelMatch, ...]:
    """Attendees whom the label may name, with the weight of the match (0.8 and more can decide alone).

    A name inside a longer unknown name (山田 in 山田太郎) is no match: the roster's 山田 is another person.
    """
    if label is None or not label.strip():
        return ()
    text = _MARKS.sub("", unicodedata.normalize("NFKC", label))
    parts = "|".join(filter(None, (fold_key(p) for p in _DELIMITERS.split(text))))
    host = _HOST.match(roster.title)
    # 「美佐保市 井川」 at a meeting of 美佐保市: the city is the host's, whose people the roster lists by department.
    inside = parts.removeprefix(host.group()).lstrip("|") if host else parts
    found = [
        LabelMatch(i, w)
        for i in roster.attendees
        if (w := _weight(inside if inside and not roster.keys(i).municipal else parts, roster.keys(i), label))
    ]
    best = max((m.weight for m in found), default=0.0)
    if best >= 0.8:
        found = [m for m in found if m.weight >= 0.6]
    # A full name outweighs a surname or post that others share.
    if any(m.weight >= 0.95 for m in found):
        found = [m for m in found if m.weight >= 0.95]
    return tuple(found)


def _weight(parts: str, keys: Keys, label: str) -> float:
    compact = parts.replace("|", "")
    if compact in keys.aliases:
        return 0.9
    for name in (*keys.full, *(a for a in keys.aliases if len(a) >= 3)):
        if bounded := re.search(_spaced(name), parts):
            rest = [parts[: bounded.start()], parts[bounded.end() :]]
            at_edges = (not rest[0] or rest[0].endswith("|")) and (not rest[1] or rest[1].startswith("|"))
            if at_edges or not _remainder("".join(rest), keys):
                return 0.95
    for surname in keys.surnames:
        if surname in compact:
            rest_of = compact.replace(surname, "", 1)
            left = _remainder(rest_of, keys)
            # 「高橋（し）委員」: the start of the given name tells two of one surname apart.
            if left and any(g.startswith(left) for g in keys.givens):
                return 0.95
            if left:
                continue
            title = re.search(rf"(?:{TITLES})$", re.sub(rf"(?:{HONORIFICS})$", "", rest_of) or "")
            if title and title.group() not in ANY_TITLE and not keys.holds(title.group()):
                return 0.4
            return 0.85 if not rest_of else 0.9
    return 0.0 if _ROOM.search(compact) and not keys.aliases else _role_weight(compact, keys, label)


def _role_weight(compact: str, keys: Keys, label: str) -> float:
    bare = re.sub(rf"(?:{HONORIFICS})$", "", compact)
    for post in keys.posts:
        if bare == post:
            return 0.9
        if len(bare) >= 2 and post.endswith(bare):
            return 0.5 if bare in _GENERIC else 0.85
    if any(bare == o for o in keys.orgs):
        return 0.8
    if is_chair_role(label) and any(_CHAIR.search(a) and a in bare for a in keys.aliases):
        return 0.85
    return 0.0


def _remainder(text: str, keys: Keys) -> str:
    """What is left of a label once the attendee's organisation, post, titles and numbers are taken away."""
    left = text
    for word in sorted({*keys.orgs, *keys.posts, *keys.aliases}, key=len, reverse=True):
        left = left.replace(word, "", 1)
    bare = left.replace("|", "")
    if bare and bare in keys.everything:
        return ""
    if bare.endswith(("長", "監")) and keys.holds(bare):
        return ""
    return _LEFT.sub("", left)


@lru_cache(maxsize=4096)
def _spaced(name: str) -> str:
    return r"\|?".join(map(re.escape, name))
