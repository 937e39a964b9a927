"""What stands on the page for one meeting: each turn that was summarised, with both drafts of it and people's words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evaluation.overlap import bigram_recall
from evaluation.trial.figures import REPAIR
from evaluation.trial.material import COLLECTIONS
from evaluation.trial.running import Outcome
from evaluation.understanding import public_text, stands_in
from minutes.dispositions import blocks_of, sentences_of
from minutes.document import DraftTurn, DraftUtterance, Finding, MinutesDocument, Severity
from minutes.labels import speaker_label
from minutes.profile import Profile
from minutes.public import closed_ids, public_view
from minutes.unit import UnitSummary

_EXCERPT = 360
_END = 120
"""Letters of a long turn that are shown of its end, where it asks or promises; the beginning gets the rest."""
_SEVERITY = {Severity.ERROR: "誤り", Severity.WARN: "注意"}


@dataclass(frozen=True)
class Mark:
    severity: str
    rule: str
    message: str


@dataclass(frozen=True)
class Told:
    """A sentence of a draft with what the checks say of it."""

    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Fact:
    """What people hold must be in the record, and whether the public version of each draft has it."""

    text: str
    plain: bool
    model: bool


@dataclass(frozen=True)
class TurnRow:
    speaker: str
    kind: str
    closed: bool
    ids: str
    said: str
    left: int
    """Letters of the turn that the excerpt leaves out."""
    plain: tuple[Told, ...]
    model: tuple[Told, ...]
    replaced: str
    """Why the model's column has sentences chosen from what was said."""
    mended: tuple[str, ...]
    """Faults of a first reply that was put right."""
    tokens: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Group:
    """An exchange, or a turn that belongs to none."""

    title: str
    rows: tuple[TurnRow, ...]


@dataclass(frozen=True)
class Reference:
    text: str
    plain: str
    model: str


@dataclass(frozen=True)
class MeetingView:
    id: str
    title: str
    collection: str
    outcome: Outcome
    groups: tuple[Group, ...]
    references: tuple[Reference, ...]
    facts: tuple[Fact, ...]
    """Those that gold ties to no turn on the page."""
    apart: tuple[tuple[Told, ...], tuple[Told, ...]]
    """Sentences of each draft that rest on no turn."""
    closed: bool


def meeting_view(nth: int, outcome: Outcome, profile: Profile) -> MeetingView:
    return _View(nth, outcome, profile).made()


class _View:
    def __init__(self, nth: int, outcome: Outcome, profile: Profile) -> None:
        self._nth = nth
        self._outcome = outcome
        self._profile = profile
        self._utterances = {each.id: each for each in outcome.document.utterances}
        self._turn_of = {u: turn.id for turn in outcome.document.turns for u in turn.utterance_ids}
        self._closed = closed_ids(outcome.document)
        self._model = self._by_turn(outcome.document)
        self._plain = self._by_turn(outcome.plain)
        self._facts = self._facts_by_turn()

    def made(self) -> MeetingView:
        outcome = self._outcome
        groups = tuple(self._groups())
        return MeetingView(
            id=f"m{self._nth}",
            title=_title(outcome),
            collection=COLLECTIONS[outcome.material.part].title,
            outcome=outcome,
            groups=groups,
            references=tuple(self._references()),
            facts=tuple(self._facts.get("", ())),
            apart=(tuple(self._plain.get("", ())), tuple(self._model.get("", ()))),
            closed=any(row.closed for group in groups for row in group.rows),
        )

    def _by_turn(self, document: MinutesDocument) -> dict[str, list[Told]]:
        """Every sentence of the draft at one turn; under no turn where it rests on none."""
        marks: dict[str, list[Mark]] = defaultdict(list)
        for finding in document.findings:
            if finding.place.sentence_id is not None and finding.severity in _SEVERITY:
                marks[finding.place.sentence_id].append(_mark(finding))
        for sentence in sentences_of(public_view(document).sections):
            marks[sentence.id].extend(self._forbidden(sentence.text))
        found: dict[str, list[Told]] = defaultdict(list)
        for block in blocks_of(document.sections):
            for sentence in block.sentences:
                turn = block.turn_ids[0] if block.turn_ids else self._turn_of.get(next(iter(sentence.evidence), ""), "")
                found[turn].append(Told(sentence.text, tuple(marks[sentence.id])))
        return found

    def _forbidden(self, text: str) -> Iterator[Mark]:
        """Of a sentence of the public version: what gold wants to see nowhere in it."""
        gold = self._outcome.material.gold
        for words in gold.must_not_include if gold is not None else ():
            if stands_in(words, text):
                yield Mark("誤り", "正解", f"あってはならない語「{words}」があります。")

    def _groups(self) -> Iterator[Group]:
        shown = [
            turn
            for turn in self._outcome.document.turns
            if turn.id in self._outcome.units or turn.id in self._model or turn.id in self._plain
        ]
        first_of = _linked(self._outcome.document, [turn.id for turn in shown])
        together: dict[str, list[DraftTurn]] = {}
        for turn in shown:
            together.setdefault(first_of[turn.id], []).append(turn)
        exchanges = 0
        for turns in together.values():
            exchanges += len(turns) > 1
            title = f"質疑 {exchanges}" if len(turns) > 1 else turns[0].kind.value
            yield Group(title, tuple(self._row(turn) for turn in turns))

    def _row(self, turn: DraftTurn) -> TurnRow:
        said = [self._utterances[each] for each in turn.utterance_ids]
        text = "".join(each.text for each in said)
        short = len(text) <= _EXCERPT
        kept = self._outcome.units.get(turn.id)
        summary = kept.record.summary if kept is not None else None
        return TurnRow(
            speaker=speaker_label(turn.attendee_id, said[0].label, self._outcome.document.meeting, self._profile),
            kind=turn.kind.value,
            closed=not self._closed.isdisjoint(turn.utterance_ids),
            ids=_numbers(said),
            said=text if short else f"{text[: _EXCERPT - _END]} …… {text[-_END:]}",
            left=0 if short else len(text) - _EXCERPT,
            plain=tuple(self._plain.get(turn.id, ())),
            model=tuple(self._model.get(turn.id, ())),
            replaced=summary.replaced if summary is not None else "",
            mended=_mended(summary),
            tokens=_tokens(summary),
            facts=tuple(self._facts.get(turn.id, ())),
        )

    def _facts_by_turn(self) -> Mapping[str, Sequence[Fact]]:
        """The facts of gold at the turn that they were said in; under no turn where gold does not tell or it is hidden."""
        gold = self._outcome.material.gold
        if gold is None:
            return {}
        plain, model = public_text(self._outcome.plain), public_text(self._outcome.document)
        shown = {*self._outcome.units, *self._model, *self._plain}
        found: dict[str, list[Fact]] = defaultdict(list)
        for each in gold.must_include:
            turn = self._turn_of[each.of[0]] if each.of else ""
            fact = Fact(
                each.any[0],
                any(stands_in(words, plain) for words in each.any),
                any(stands_in(words, model) for words in each.any),
            )
            found[turn if turn in shown else ""].append(fact)
        return found

    def _references(self) -> Iterator[Reference]:
        plain, model = _text(self._outcome.plain), _text(self._outcome.document)
        lines = [line for each in self._outcome.material.references for line in each.split("\n") if line.strip()]
        for line in lines:
            yield Reference(line, f"{bigram_recall(line, plain):.0%}", f"{bigram_recall(line, model):.0%}")


def _title(outcome: Outcome) -> str:
    """Records of one session have one title: their own name tells them apart."""
    title = outcome.document.meeting.title
    own = outcome.material.name
    return title if outcome.material.gold is not None or own == title else f"{title}　{own}"


def _mark(finding: Finding) -> Mark:
    return Mark(_SEVERITY[finding.severity], finding.rule, finding.message)


def _linked(document: MinutesDocument, turns: Iterable[str]) -> dict[str, str]:
    """Turn -> the first turn that exchanges tie it to, itself where none does."""
    first = {turn: turn for turn in turns}
    for exchange in document.exchanges:
        tied = [t for t in (*exchange.question_turn_ids, *exchange.answer_turn_ids) if t in first]
        heads = {first[t] for t in tied}
        head = next((t for t in first if t in heads), None)
        if head is not None:
            first = {turn: head if was in heads else was for turn, was in first.items()}
    return first


def _numbers(said: Sequence[DraftUtterance]) -> str:
    return said[0].id if len(said) == 1 else f"{said[0].id}〜{said[-1].id}"


def _mended(summary: UnitSummary | None) -> tuple[str, ...]:
    if summary is None or summary.replaced:
        return ()
    return tuple(dict.fromkeys(fault for call in summary.calls for fault in call.faults))


def _tokens(summary: UnitSummary | None) -> str:
    """What the unit cost, for people; empty where no model was asked."""
    if summary is None or not summary.calls:
        return ""
    told = [call for call in summary.calls if call.prompt_tokens is not None and call.completion_tokens is not None]
    read = sum(call.prompt_tokens or 0 for call in told)
    written = sum(call.completion_tokens or 0 for call in told)
    again = sum(call.prompt_id == REPAIR for call in summary.calls)
    parts = [f"入力 {read:,}、出力 {written:,} トークン" if told else "トークン不明"]
    return "、".join([*parts, f"書き直し {again} 回"] if again else parts)


def _text(document: MinutesDocument) -> str:
    return "\n".join(each.text for each in sentences_of(document.sections))
