"""The folded ways in which one attendee may be named."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from minutes.folding import fold_key
from minutes.meeting import Attendee
from minutes.speakers.sound import surname_sounds


class Part(StrEnum):
    NAME = "name"
    ALIAS = "alias"
    POST = "post"
    ORG = "org"


@dataclass(frozen=True)
class Keys:
    full: tuple[str, ...]
    surnames: tuple[str, ...]
    aliases: tuple[str, ...]
    posts: tuple[str, ...]
    orgs: tuple[str, ...]
    givens: tuple[str, ...]
    sounds: frozenset[str]
    """How the surname may sound: the roster's kana, else every reading of a surname so written."""
    heard: bool
    """Whether the roster itself says how the surname sounds, so that it may be found by sound."""
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
            # The chair calls the post that is stood in for: 「北原町長、お願いします」.
            posts += [fold_key(a.proxy_for + "代理"), fold_key(a.proxy_for), fold_key(a.org + a.proxy_for)]
        return Keys(
            _kept(w for w in full if len(w) >= 3 or w == fold_key(a.name)),
            _kept(surnames),
            _kept(fold_key(x) for x in a.aliases),
            _kept(posts),
            _kept([*orgs, *(fold_key(x) for x in last)]),
            _kept(fold_key(x) for x in (a.name.partition(" ")[2], "".join(kana[1:]))),
            surname_sounds(fold_key(a.surname), kana[0] if kana else ""),
            bool(kana),
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

    @property
    def municipal(self) -> bool:
        return any(o.endswith(("都", "道", "府", "県", "市", "区", "町", "村")) for o in self.orgs)

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
