"""The clerk's meeting file: what is accepted, and that each mistake is named by its field."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from minutes.errors import InputError
from minutes.meeting import Disclosure, Meeting
from minutes.meeting_input import parse_meeting

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "meeting.json"
SCHEMA = ROOT / "docs" / "schema" / "meeting.schema.json"

Change = Callable[[dict[str, Any]], Any]


def changed(*changes: Change) -> str:
    raw = json.loads(SAMPLE.read_text(encoding="utf-8"))
    for change in changes:
        change(raw)
    return json.dumps(raw, ensure_ascii=False)


def problems(text: str | bytes) -> dict[str, str]:
    with pytest.raises(InputError) as caught:
        parse_meeting(text)
    assert all(p.what and p.remedy for p in caught.value.problems)
    return {p.where: p.what for p in caught.value.problems}


def test_sample_meeting():
    meeting = parse_meeting(SAMPLE.read_bytes())
    assert meeting.attendee("usami").proxy_for == "CIO"
    assert [i.no for i in meeting.agenda if i.disclosure is Disclosure.CLOSED] == [4, 5]


def test_cp932_and_str_give_the_same_meeting():
    text = SAMPLE.read_text(encoding="utf-8")
    assert parse_meeting(text) == parse_meeting(text.encode("cp932")) == parse_meeting(text.encode("utf-8-sig"))


def test_yaml_gives_the_same_meeting_with_bare_dates_and_the_key_no():
    raw = json.loads(SAMPLE.read_text(encoding="utf-8"))
    text = yaml.safe_dump(raw, allow_unicode=True, sort_keys=False).replace("'", "")
    assert "starts_at: 2026-05-20T13:30:00+09:00" in text and "\n- no: 1\n" in text
    assert parse_meeting(text) == parse_meeting(SAMPLE.read_bytes())


def test_times_in_another_offset_are_given_in_japanese_time():
    meeting = parse_meeting(
        changed(lambda m: m.update(starts_at="2026-05-19T23:30:00Z", ends_at="2026-05-20T01:00:00Z", weekday="水"))
    )
    assert meeting.starts_at.isoformat() == "2026-05-20T08:30:00+09:00"


CASES: list[tuple[Change, str, str]] = [
    (lambda m: m.pop("title"), "title", "必要な項目"),
    (lambda m: m.update(title=" "), "title", "会議名が空"),
    (lambda m: m.update(title="一\n二"), "title", "改行"),
    (lambda m: m.update(titel="x"), "titel", "項目はありません"),
    (lambda m: m["roster"][2].update(nmae="x"), "roster[2].nmae", "項目はありません"),
    (lambda m: m.update(venue=3), "venue", "型"),
    (lambda m: m.update(observers="4"), "observers", "型"),
    (lambda m: m.update(observers=-1), "observers", "小さすぎ"),
    (lambda m: m.update(series_no=0), "series_no", "1以上"),
    (lambda m: m["agenda"][0].update(no=True), "agenda[0].no", "型"),
    (lambda m: m["agenda"][0].update(kind="speech"), "agenda[0].kind", "決められた値"),
    (lambda m: m.update(starts_at="2026-05-20T13:30:00"), "starts_at", "時差"),
    (lambda m: m.update(ends_at="2026-05-20"), "ends_at", "書き方"),
    (lambda m: m.update(ends_at=1779252300), "ends_at", "書き方"),
    (lambda m: m.update(ends_at="2026-02-30T10:00:00+09:00"), "ends_at", "暦"),
    (lambda m: m.update(ends_at="2026-05-20T13:00:00+09:00"), "ends_at", "後ではありません"),
    (lambda m: m.update(ends_at=m["starts_at"]), "ends_at", "後ではありません"),
    (lambda m: m.update(weekday="月"), "weekday", "令和8年5月20日（水）"),
    (lambda m: m.update(weekday="水曜日"), "weekday", "書き方"),
    (lambda m: m.update(agenda=[]), "agenda", "1つもありません"),
    (lambda m: m.update(roster=[]), "roster", "1人もいません"),
    (lambda m: m["agenda"][2].update(no=4), "agenda[2].no", "議題番号3がありません"),
    (lambda m: m["agenda"][2].update(no=2), "agenda[2].no", "重複"),
    (lambda m: m["agenda"][0].update(no=0), "agenda[0].no", "議題番号1がありません"),
    (lambda m: m["agenda"][0].update(title=""), "agenda[0].title", "空"),
    (lambda m: m["agenda"][3].pop("reason"), "agenda[3].reason", "理由"),
    (lambda m: m["agenda"][0].update(disclosure="partial"), "agenda[0].reason", "理由"),
    (lambda m: m["agenda"][0]["presenter_ids"].append("nobody"), "agenda[0].presenter_ids[1]", "nobody"),
    (
        lambda m: m["agenda"][1]["subitems"][2].update(presenter_ids=["x"]),
        "agenda[1].subitems[2].presenter_ids[0]",
        "名簿",
    ),
    (lambda m: m["roster"][5].update(id="oba"), "roster[7].id", "重複"),
    (lambda m: m["roster"][5].update(name="平岡 修"), "roster[6].name", "重複"),
    (lambda m: m["roster"][5].update(name="黒部泰三"), "roster[5].name", "半角の空白"),
    (lambda m: m["roster"][5].update(name="黒部　泰三"), "roster[5].name", "半角の空白"),
    (lambda m: m["roster"].append("平岡 修"), "roster[11]", "型"),
]


@pytest.mark.parametrize(("change", "where", "what"), CASES)
def test_each_mistake_is_named_by_its_field(change: Change, where: str, what: str):
    found = problems(changed(change))
    assert what in found[where]


def test_several_mistakes_are_told_together():
    found = problems(
        changed(
            lambda m: m.update(foo=1, starts_at="2026-05-20T13:30", weekday="木"),
            lambda m: m["agenda"][2].update(no=9),
            lambda m: m["roster"][0].update(side="other", name="楠本"),
        )
    )
    assert set(found) == {"foo", "starts_at", "weekday", "agenda[2].no", "roster[0].side", "roster[0].name"}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"title": "x",\n "venue": }', "2行目11文字目"),
        ('{"title": "x", "title": "y"}', "title"),
        ("title: x\ntitle: y\n", "2行目1文字目"),
        ("title: [x\n", "2行目1文字目"),
        ("a: &a [x]\nb: *a\n", "2行目4文字目"),
        ("ただの文", "会議の情報"),
        ("[]", "会議の情報"),
        ("- a\n- b\n", "会議の情報"),
        ("a: !!python/object:os.system x\n", "1行目4文字目"),
        ('{"observers": NaN}', "会議の情報"),
        ("{" + '"a":{' * 100_000, "会議の情報"),
    ],
)
def test_text_that_is_no_meeting(text: str, where: str):
    assert where in problems(text)


def test_empty_meeting_file():
    assert "空" in next(iter(problems(b"").values()))


def test_published_schema_is_in_step_and_accepts_the_sample():
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema == Meeting.model_json_schema()
    jsonschema.validate(json.loads(SAMPLE.read_text(encoding="utf-8")), schema)


def test_examples_in_the_guide_are_accepted():
    guide = (ROOT / "docs" / "input.md").read_text(encoding="utf-8")
    examples = [part.split("```")[0] for part in guide.split("```json meeting\n")[1:]]
    examples += [part.split("```")[0] for part in guide.split("```yaml meeting\n")[1:]]
    assert len(examples) == 2
    assert parse_meeting(examples[0]) == parse_meeting(examples[1])
