"""Closed talk never reaches a public export: whatever was said, wherever it is closed, whatever people typed."""

import re
import unicodedata
from html import unescape
from io import BytesIO
from typing import Any

from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from meeting_builder import Said, canonical, meeting, stages

from minutes.document import MinutesDocument
from minutes.draft import with_findings
from minutes.edits import edit_sentence
from minutes.profiles import load_profile, profile_ids
from minutes.public import public_view
from minutes.render import render
from minutes.turn import TurnKind

# Few letters make accidental overlaps likely; spaces and full-width forms make equal words look different.
WORDS = st.text("あいうえか費用七億1２Aｱ、。 　", min_size=1, max_size=40)
PEOPLE = st.sampled_from(["takano", "sawamura", "hirabayashi", "amemiya", None])
KINDS = st.sampled_from([TurnKind.QUESTION, TurnKind.ANSWER, TurnKind.GREETING, TurnKind.REPORT, TurnKind.OPINION])
DISCLOSURES = st.lists(st.sampled_from(["public", "closed", "partial"]), min_size=1, max_size=4)


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def grams(texts: list[str]) -> set[str]:
    found = set()
    for text in map(plain, texts):
        found |= {text[at : at + 8] for at in range(len(text) - 7)}
    return found


@st.composite
def meetings(draw: st.DrawFn) -> MinutesDocument:
    disclosures = draw(DISCLOSURES)
    agenda: list[dict[str, Any]] = [
        {"no": no, "title": f"議題{no}", "kind": draw(st.sampled_from(["greeting", "report", "discussion"])),
         "presenter_ids": ["takano"],
         "subitems": draw(st.sampled_from([[], [{"title": "報告", "presenter_ids": ["sawamura"]}]])),
         "disclosure": disclosure, "reason": draw(st.sampled_from([None, "法人情報"]))}
        for no, disclosure in enumerate(disclosures, 1)
    ]  # fmt: skip
    said = []
    for item in agenda:
        for _ in range(draw(st.integers(0, 3))):
            texts = draw(st.lists(WORDS, min_size=1, max_size=3))
            closed = item["disclosure"] == "closed" or (item["disclosure"] == "partial" and draw(st.booleans()))
            # Whoever writes the sentences may write anything and cite anything of the turn.
            sentences = draw(st.lists(st.tuples(WORDS | st.sampled_from(texts), st.just([0])), min_size=0, max_size=3))
            said.append(Said(draw(PEOPLE), texts, sentences, draw(KINDS), item["no"], closed=closed, label="話者"))
    return stages(said, of=meeting(agenda=agenda)).document()


def exports(document: MinutesDocument) -> dict[str, list[str]]:
    """The words of every public export, line by line."""
    made: dict[str, list[str]] = {}
    for profile_id in profile_ids():
        profile = load_profile(profile_id)
        made[f"{profile_id} txt"] = render(document, profile, "txt").decode().splitlines()
        page = render(document, profile, "html").decode()
        made[f"{profile_id} html"] = [unescape(each) for each in re.split(r"<[^>]*>", page)]
        word = Document(BytesIO(render(document, profile, "docx")))
        made[f"{profile_id} docx"] = [each.text for each in word.paragraphs]
    made["json"] = list(strings(document.model_dump(mode="json")))
    return made


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return []


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), document=meetings())
def test_no_eight_characters_that_only_closed_talk_has_are_exported(
    data: st.DataObject, document: MinutesDocument
) -> None:
    closed_items = {item.no for item in document.meeting.agenda if item.disclosure == "closed"}
    closed = [each for each in document.utterances if each.closed or each.agenda_no in closed_items]
    open_texts = [each.text for each in document.utterances if each not in closed]
    ids = [each.id for section in document.sections for block in section.blocks for each in block.sentences]
    for sentence_id in data.draw(st.lists(st.sampled_from(ids), unique=True)) if ids and closed else []:
        pasted = data.draw(st.sampled_from([each.text for each in closed]))
        typed = data.draw(WORDS) + pasted + data.draw(WORDS)
        if typed.strip():
            document = edit_sentence(document, sentence_id, typed)
    document = with_findings(document, load_profile())
    public = public_view(document)
    secret = grams([each.text for each in closed]) - grams(open_texts)
    for name, lines in exports(public).items():
        assert not secret & grams(lines), name
    assert not {each.id for each in closed} & {
        each
        for section in public.sections
        for block in section.blocks
        for one in block.sentences
        for each in one.evidence
    }
    assert [each.utterance_id for each in public.dispositions] == [each.id for each in public.utterances]
    assert public_view(public) == public


def test_the_public_version_keeps_what_is_public_and_only_that() -> None:
    document = with_findings(canonical().document(), load_profile())
    public = public_view(document)
    assert [each.id for each in public.utterances] == [f"u{n:04}" for n in range(1, 6)]
    assert [each.blocks for each in public.sections[:2]] == [each.blocks for each in document.sections[:2]]
    closed = public.meeting.agenda[2]
    assert (closed.title, closed.reason, closed.presenter_ids, closed.subitems) == ("事例紹介", "法人情報", (), ())
    assert public.sections[2].heading == "3. 事例紹介（非公開）" and public.sections[2].blocks == ()
    assert "丸角商事" not in render(public, load_profile(), "json").decode()
    assert "丸角商事" in render(document, load_profile(), "json").decode()


def test_a_partial_item_keeps_its_open_turns_only() -> None:
    agenda = [{"no": 1, "title": "挨拶"}, {"no": 2, "title": "協議", "disclosure": "partial"}]
    said = [
        Said("hirabayashi", ["公にしてよい話をします"], [("公にしてよい話をする。", [0])]),
        Said("amemiya", ["取引先の信用不安について"], [("取引先の信用不安がある。", [0])], closed=True),
    ]
    document = stages(said, of=meeting(agenda=agenda), profile=load_profile("ward_forum")).document()
    text = render(public_view(document), load_profile("ward_forum"), "txt").decode()
    assert "（狛江市）公にしてよい話をする。" in text and "信用不安" not in text and "武蔵村山市）" not in text
    assert "信用不安" in render(document, load_profile("ward_forum"), "txt").decode()
