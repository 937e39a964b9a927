"""The roster as something that can be looked for in speech: every way in which an attendee may be named."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from minutes.folding import fold_key
from minutes.meeting import Attendee, Meeting

TITLES = (
    "副委員長|委員長代理|委員長|副議長|議長|副座長|座長|副会長|会長|副部会長|部会長|委員|議員|副部長|担当部長|部長|"
    "副課長|担当課長|課長|副局長|局長|次長|係長|主査|主任|業務執行理事|理事長|理事|副市長|市長|副区長|区長|副町長|"
    "町長|副村長|村長|副知事|知事|教育長|参事|主幹|室長|所長|館長|校長|園長|署長|消防長|監査委員|監|参与|顧問|准教授|"
    "教授|先生|博士|代表|社長|弁護士|事務局長|書記|幹事|座長代理|司会|総監|技監|本部長|支所長|管理者|院長|主事"
)
HONORIFICS = "様|さま|さん|氏|君|くん|殿|先生"
ANY_TITLE = frozenset({"委員", "議員", "先生", "構成員", "博士"})
"""Titles that say nothing about a post: any member may be called so."""

_KANJI = re.compile(r"[一-鿿々]")
_TITLE_AFTER = re.compile(rf"[一-鿿々ぁ-んーa-z]{{0,12}}?(?:{TITLES})")
_SHORT_TITLE_AFTER = re.compile(rf"(?:{TITLES})")
_HONORIFIC_AFTER = re.compile(rf"(?:{HONORIFICS})")
_TITLE_BEFORE = re.compile(rf"(?:{TITLES}|代理|担当)$")
_GAP = re.compile(r"(?:の|、|,|・|から(?:お越し|参加|参りました)の)?(?:cio)?(?:代理)?(?:の|、|で)?")


class Part(StrEnum):
    NAME = "name"
    ALIAS = "alias"
    POST = "post"
    ORG = "org"


@dataclass(frozen=True)
class Mention:
    """Someone named in a text, e.g. 「狛江市の平林様」. ``start`` and ``end`` are positions in the folded key."""

    start: int
    end: int
    ids: tuple[str, ...]
    part: Part
    title: str
    honorific: bool
    doubtful: bool
    """Named with an organisation or title that no such attendee has: somebody else may be meant."""


@dataclass(frozen=True)
class Roster:
    attendees: dict[str, Attendee]
    forms: dict[str, tuple[tuple[str, Part], ...]] = field(repr=False)
    _pattern: re.Pattern[str] = field(repr=False)
    _keys: dict[str, "Keys"] = field(repr=False)

    @staticmethod
    def of(meeting: Meeting) -> "Roster":
        forms: dict[str, dict[tuple[str, Part], None]] = defaultdict(dict)
        keys = {a.id: Keys.of(a) for a in meeting.roster}
        for identity, k in keys.items():
            for part, named in k.parts():
                for word in named:
                    forms[word][(identity, part)] = None
        words = sorted((w for w in forms if w), key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, words)) if words else r"(?!)")
        return Roster({a.id: a for a in meeting.roster}, {w: tuple(v) for w, v in forms.items()}, pattern, keys)

    def keys(self, identity: str) -> "Keys":
        return self._keys[identity]

    def shown(self, ids: Iterable[str]) -> str:
        return "、".join(self.attendees[i].name for i in ids)

    def mentions(self, key: str) -> list[Mention]:
        """All mentions in a folded text, left to right; neighbouring parts (組織の姓＋役職) are one mention."""
        found: list[Mention] = []
        position = 0
        while match := self._pattern.search(key, position):
            mention = self._mention(key, match, found[-1] if found else None)
            if mention is None:
                position = match.start() + 1
                continue
            if found and mention.start == found[-1].start:
                found.pop()
            found.append(mention)
            position = max(mention.end, match.start() + 1)
        return found

    def _mention(self, key: str, match: re.Match[str], before: Mention | None) -> Mention | None:
        start, end = match.span()
        kinds = self.forms[match.group()]
        named = tuple(i for i, p in kinds if p is Part.NAME)
        joined = (
            before
            if before
            and before.part in (Part.ORG, Part.POST)
            and not before.honorific
            and _GAP.fullmatch(key[before.end : start])
            else None
        )
        if named:
            return self._named(key, start, end, named, joined)
        part = kinds[0][1]
        ids = tuple(dict.fromkeys(i for i, _ in kinds))
        if part is Part.POST and start and _KANJI.match(key[start - 1]) and not joined:
            return None
        if joined and (both := tuple(i for i in ids if i in joined.ids)):
            start, ids = joined.start, both
        honorific = _HONORIFIC_AFTER.match(key, end)
        return Mention(start, honorific.end() if honorific else end, ids, part, "", bool(honorific), False)

    def _named(self, key: str, start: int, end: int, ids: tuple[str, ...], joined: Mention | None) -> Mention | None:
        full = any(key[start:end] in self._keys[i].full for i in ids)
        if not full and start and not joined and _KANJI.match(key[start - 1]) and not _TITLE_BEFORE.search(key[:start]):
            return None
        title = self._title(key, end, ids)
        after = end + len(title)
        honorific = _HONORIFIC_AFTER.match(key, after)
        if not full and not title and not honorific and end < len(key) and _KANJI.match(key[end]):
            return None
        doubtful = False
        fitting = ids
        if title and title not in ANY_TITLE:
            fitting = tuple(i for i in ids if self._keys[i].holds(title))
            doubtful = not fitting
        prefix = key[max(0, start - 30) : start]
        if joined:
            both = tuple(i for i in fitting or ids if i in joined.ids)
            near = both or tuple(i for i in fitting or ids if self._keys[i].near(prefix))
            doubtful = doubtful or not near
            fitting = near
        elif len(fitting) > 1:
            fitting = tuple(i for i in fitting if self._keys[i].near(prefix)) or fitting
        if not joined and self._elsewhere(prefix, fitting or ids):
            doubtful = True
        return Mention(
            joined.start if joined else start,
            honorific.end() if honorific else after,
            fitting or ids,
            Part.NAME,
            title,
            bool(honorific),
            doubtful,
        )

    def _title(self, key: str, end: int, ids: tuple[str, ...]) -> str:
        for identity in ids:
            for post in self._keys[identity].posts:
                if post and key.startswith(post, end):
                    return post
        match = _SHORT_TITLE_AFTER.match(key, end) or _TITLE_AFTER.match(key, end)
        if match is None or "の" in match.group() or "、" in match.group():
            return ""
        return match.group()

    def _elsewhere(self, prefix: str, ids: tuple[str, ...]) -> bool:
        """「多摩市の」 before a name of which every bearer is of another municipality."""
        town = re.search(r"([一-鿿々ぁ-ん]{1,8}[都道府県市区町村])(?:役所|役場|議会)?の$", prefix)
        if town is None:
            return False
        orgs = [o for i in ids for o in self._keys[i].orgs]
        municipal = [o for o in orgs if re.search(r"[市区町村]$", o)]
        return bool(municipal) and len(municipal) == len(orgs) and not any(town[1].endswith(o) for o in municipal)


@dataclass(frozen=True)
class Keys:
    """The folded ways to name one attendee."""

    full: tuple[str, ...]
    surnames: tuple[str, ...]
    aliases: tuple[str, ...]
    posts: tuple[str, ...]
    orgs: tuple[str, ...]
    givens: tuple[str, ...]
    everything: str

    @staticmethod
    def of(a: Attendee) -> "Keys":
        kana = (a.kana or "").split()
        full = [fold_key(a.name), fold_key(a.kana or "")]
        surnames = [fold_key(a.surname)]
        if kana and len(fold_key(kana[0])) >= 3:
            surnames.append(fold_key(kana[0]))
        orgs = [fold_key(a.org)]
        last = a.org.split()[-1:] if " " in a.org or "　" in a.org else []
        posts = [fold_key(a.post), fold_key(a.org + a.post)]
        if a.proxy_for:
            posts.append(fold_key(a.proxy_for + "代理"))
        return Keys(
            _kept(w for w in full if len(w) >= 3 or w == fold_key(a.name)),
            _kept(surnames),
            _kept(fold_key(x) for x in a.aliases),
            _kept(posts),
            _kept([*orgs, *(fold_key(x) for x in last)]),
            _kept(fold_key(x) for x in (a.name.partition(" ")[2], "".join(kana[1:]))),
            fold_key(a.org + a.post + (a.proxy_for or "") + "代理" * bool(a.proxy_for) + "".join(a.aliases)),
        )

    def parts(self) -> tuple[tuple[Part, tuple[str, ...]], ...]:
        # A one-letter post or alias, or 「CIO」 shared by many, finds too much in running speech.
        posts = tuple(p for p in self.posts if len(p) >= 2 and p != "cio")
        aliases = tuple(x for x in self.aliases if len(x) >= 2)
        return (
            (Part.NAME, (*self.full, *self.surnames)),
            (Part.ALIAS, aliases),
            (Part.POST, posts),
            (Part.ORG, tuple(o for o in self.orgs if len(o) >= 2)),
        )

    def holds(self, title: str) -> bool:
        """Whether ``title`` can be said of this attendee's post."""
        return (
            title in self.everything
            or any(p.endswith(title) for p in self.posts)
            or (len(title) >= 2 and any(_in_order(title, p) for p in self.posts))
        )

    def near(self, prefix: str) -> bool:
        """Whether the words before a name belong to this attendee's organisation or post."""
        return any(o in prefix for o in self.orgs) or any(p in prefix for p in self.posts if len(p) >= 2)


def _in_order(short: str, long: str) -> bool:
    # 「推進課長」 may stand for 「推進担当課長」: the end must agree and the rest follow in order.
    if short[-1:] != long[-1:]:
        return False
    letters = iter(long)
    return all(ch in letters for ch in short)


def _kept(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(w for w in words if w))
