"""Documents for the tests of drafting: a few turns told in words, composed by the real ``assemble``."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from minutes.document import MinutesDocument, ModelCard, Provenance
from minutes.draft import assemble
from minutes.meeting import Meeting
from minutes.profile import Profile
from minutes.profiles import load_profile
from minutes.transcript.model import Transcript, TranscriptFormat, Utterance
from minutes.turn import AgendaSpan, Attribution, Exchange, Structure, Turn, TurnKind
from minutes.unit import LeftOut, SummarySentence, Unit, UnitSummary


def meeting(**changes: Any) -> Meeting:
    """The council of the convention's canonical rendering, with one greeting, one report and one closed item."""
    given: dict[str, Any] = {
        "title": "都・区市町村CIO協議会",
        "series_no": 8,
        "starts_at": "2026-02-09T10:00:00+09:00",
        "ends_at": "2026-02-09T11:30:00+09:00",
        "venue": "新宿NSビル24階東側 East01会議室",
        "format": "オンライン併用開催",
        "agenda": [
            {"no": 1, "title": "挨拶", "kind": "greeting", "presenter_ids": ["takano"]},
            {
                "no": 2,
                "title": "報告事項",
                "kind": "report",
                "subitems": [{"title": "都からの情報提供（東京アプリについて）", "presenter_ids": ["sawamura"]}],
            },
            {
                "no": 3,
                "title": "事例紹介",
                "presenter_ids": ["hirabayashi"],
                "subitems": [{"title": "調達先の個別事情", "presenter_ids": ["sawamura"]}],
                "disclosure": "closed",
                "reason": "法人情報",
            },
        ],
        "roster": [
            {
                "id": "takano",
                "name": "高野 克己",
                "org": "デジタルサービス局",
                "post": "デジタルサービス局長",
                "side": "own",
            },
            {
                "id": "sawamura",
                "name": "澤村 航",
                "org": "デジタルサービス局",
                "post": "デジタル事業担当部長",
                "side": "own",
            },
            {"id": "hirabayashi", "name": "平林 浩一", "org": "狛江市", "post": "CIO"},
            {"id": "amemiya", "name": "雨宮 則和", "org": "武蔵村山市", "post": "企画財政部長", "proxy_for": "CIO"},
            {"id": "hatanaka", "name": "畑中 洋亮", "org": "GovTech東京", "post": "業務執行理事", "side": "cohost"},
        ],
    }
    return Meeting.model_validate(given | changes)


@dataclass(frozen=True)
class Said:
    """One turn: who, what (one utterance each), and the sentences with the utterances they cite by position."""

    who: str | None
    texts: Sequence[str]
    sentences: Sequence[tuple[str, Sequence[int]]] = ()
    kind: TurnKind = TurnKind.OPINION
    item: int | None = 2
    closed: bool = False
    label: str | None = None
    reason: LeftOut = LeftOut.CONDENSED


@dataclass(frozen=True)
class Plan:
    units: tuple[Unit, ...]
    left_out: tuple[tuple[str, LeftOut], ...] = ()


@dataclass
class Stages:
    """The results of the stages before composition."""

    meeting: Meeting
    profile: Profile
    transcript: Transcript
    attributions: list[Attribution]
    structure: Structure
    plan: Plan
    summaries: list[UnitSummary] = field(default_factory=list)

    def document(self) -> MinutesDocument:
        return assemble(
            meeting=self.meeting,
            profile=self.profile,
            provenance=Provenance(
                model=ModelCard(name="extractive", revision="1", parameters={}, note="抽出型"),
                program_version="0",
                input_sha256="0" * 64,
            ),
            transcript=self.transcript,
            attributions=self.attributions,
            structure=self.structure,
            plan=self.plan,
            summaries=self.summaries,
        )


def stages(
    said: Sequence[Said],
    *,
    of: Meeting | None = None,
    profile: Profile | None = None,
    unlocated: Sequence[int] = (),
    exchanges: Sequence[Exchange] = (),
) -> Stages:
    council, style = of or meeting(), profile or load_profile()
    utterances: list[Utterance] = []
    attributions, turns, units, summaries, plan_left = [], [], [], [], []
    for n, each in enumerate(said, 1):
        label = each.label or (each.who and council.attendee(each.who).surname)
        own = [
            Utterance(id=f"u{len(utterances) + k:04}", label=label, text=text, line=1)
            for k, text in enumerate(each.texts, 1)
        ]
        utterances += own
        attributions += [
            Attribution(utterance_id=u.id, attendee_id=each.who, confidence=0.9, reason="名簿の氏名と一致") for u in own
        ]
        turns.append(
            Turn(
                id=f"t{n:04}",
                utterance_ids=tuple(u.id for u in own),
                attendee_id=each.who,
                label=label,
                kind=each.kind,
                agenda_no=each.item,
                closed=each.closed,
            )
        )
        if not each.sentences:
            plan_left += [(u.id, each.reason) for u in own]
            continue
        units.append(
            Unit(
                id=f"t{n:04}",
                kind=each.kind,
                attendee_id=each.who,
                agenda_no=each.item,
                closed=each.closed,
                utterances=tuple(own),
                budget=100,
            )
        )
        written = tuple(
            SummarySentence(text=text, evidence=tuple(own[k].id for k in cited)) for text, cited in each.sentences
        )
        cited_ids = {u for s in written for u in s.evidence}
        summaries.append(
            UnitSummary(
                unit_id=f"t{n:04}",
                sentences=written,
                left_out=tuple((u.id, each.reason) for u in own if u.id not in cited_ids),
            )
        )
    spans = []
    for item in council.agenda:
        ids = [u for t in turns if t.agenda_no == item.no for u in t.utterance_ids]
        if ids:
            spans.append(AgendaSpan(agenda_no=item.no, first=ids[0], last=ids[-1], located=item.no not in unlocated))
    return Stages(
        council,
        style,
        Transcript(format=TranscriptFormat.JSON, encoding="utf-8", sha256="0" * 64, utterances=tuple(utterances)),
        attributions,
        Structure(spans=tuple(spans), turns=tuple(turns), exchanges=tuple(exchanges)),
        Plan(tuple(units), tuple(plan_left)),
        summaries,
    )


def canonical(profile: Profile | None = None) -> Stages:
    """The meeting of the canonical rendering, with closed talk about an amount."""
    return stages(
        [
            Said(
                "takano",
                ["令和8年度予算を始め、えー、区市町村協働事業の取組などについて、ご説明いたします。"],
                [("令和8年度予算を始め、区市町村協働事業の取組などについて説明する。", [0])],
                TurnKind.GREETING,
                1,
            ),
            Said("sawamura", ["東京アプリについてご説明します。"], (), TurnKind.REPORT, reason=LeftOut.REPORT_AS_TITLE),
            Said(
                "hirabayashi",
                [
                    "えー、狛江市の平林です。",
                    "東京アプリの東京ポイントの原資は、都と区市町村のどちらがもつんでしょうか。",
                ],
                [("東京アプリの東京ポイントの原資は都と区市町村のどちらがもつのか。", [1])],
                TurnKind.QUESTION,
            ),
            Said(
                "sawamura",
                ["各事業と東京アプリを連携して、21の自治体と事業を進めていきたいと思っております。"],
                [("各事業と東京アプリを連携して、21の自治体と事業を進めていきたい。", [0])],
                TurnKind.ANSWER,
            ),
            Said(
                "amemiya",
                ["ここだけの話、落札した株式会社丸角商事の見積額は七億二千六百万円でした。"],
                [("落札した株式会社丸角商事の見積額は7億2,600万円であった。", [0])],
                TurnKind.REPORT,
                3,
                closed=True,
            ),
        ],
        profile=profile,
        exchanges=[Exchange(question_turn_ids=("t0003",), answer_turn_ids=("t0004",), confidence=0.9)],
    )
