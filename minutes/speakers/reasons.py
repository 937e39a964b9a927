"""The reason of an attribution, in words for the reviewer."""

from collections.abc import Mapping, Sequence

from minutes.speakers.evidence import Case, Evidence
from minutes.speakers.roster import Roster
from minutes.speakers.weights import Cue


def bound(cues: Sequence[Evidence], roster: Roster, person: str) -> str:
    return "、".join(_said(e, roster, person) for e in cues)


def weak(cues: Sequence[Evidence], roster: Roster, person: str) -> str:
    return f"手掛かりが弱いため確定していません（{bound(cues, roster, person)}）"


def strange(words: str) -> str:
    return f"名簿にない方の名乗りとみられます「{words}」"


def mixed(cues: Sequence[Evidence], roster: Roster, person: str, label: str) -> str:
    said = bound(cues, roster, person)
    return f"手掛かりが食い違います（{said}。ただし表示名「{label}」の別の発言は他の方を指しています）"


def nothing(case: Case) -> str:
    label = case.segment.label
    if label and not case.segment.shared:
        return f"表示名「{label}」に当たる方が名簿になく、発言者を示す手掛かりがありません"
    if label:
        return f"表示名「{label}」は複数の方が使うことがあり、発言者を示す手掛かりがありません"
    return "発言者を示す手掛かりがありません"


def undecided(tied: Sequence[str], best_of: Mapping[str, Mapping[Cue, Evidence]], roster: Roster) -> str:
    surnames = {roster.keys(i).surnames[0] for i in tied if roster.keys(i).surnames}
    shown = roster.shown(tied)
    if len(surnames) == 1:
        return f"同姓の候補が{len(tied)}名います（{shown}）"
    if len({frozenset(roster.keys(i).sounds) for i in tied}) == 1 and roster.keys(tied[0]).sounds:
        return f"読みの同じ姓の候補が{len(tied)}名います（{shown}）"
    orgs = {roster.attendees[i].org for i in tied}
    if all(set(best_of[i]) <= {Cue.ORG_CALL, Cue.LABEL, Cue.OWN_ORG} for i in tied) and len(orgs) == 1 and orgs != {""}:
        return f"{orgs.pop()}の候補が{len(tied)}名います（{shown}）"
    told = "、".join(
        f"{_said(max(best_of[i].values(), key=lambda e: e.weight), roster, i)}→{roster.attendees[i].name}"
        for i in tied[:3]
    )
    return f"手掛かりが食い違います（{told}）"


def _said(e: Evidence, roster: Roster, person: str) -> str:
    if e.cue is Cue.LABEL:
        return f"表示名「{e.quote}」が名簿の「{roster.attendees[person].name}」と一致"
    if e.cue is Cue.CHAIRS:
        return f"表示名「{e.quote}」の方が会議を進行（名簿の進行役は「{roster.attendees[person].name}」）"
    if e.cue is Cue.CONTINUITY:
        return f"表示名「{e.quote}」の発言は全て同じ方を指す"
    if e.cue is Cue.ROOM_CONTINUITY:
        return f"表示名「{e.quote}」の直前の発言者の続き"
    return f"{e.cue.value}「{e.quote}」"
