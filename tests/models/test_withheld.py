"""Closed talk and a model server: with ``keep`` not a word of it is in any byte the server gets; with ``send`` it is."""

import json
import re
from typing import Any

import pytest
from sample_meeting import INPUTS, PLAIN, accounted, texts
from scripted_backend import reply_json
from scripted_server import MODEL, Asked, Server, right, says, serving
from starlette.responses import Response

from minutes.document import MinutesDocument, Severity
from minutes.meeting import Meeting
from minutes.public import closed_ids
from minutes.unit import KEPT_BACK
from models.openai_compatible import Endpoint
from models.options import ModelOptions
from models.pipeline import Inputs, MemoryStore, make_draft
from models.registry import load_model
from service.settings import Settings
from workers.model_options import options_of

SECRET = "ギンナン計画"
CLOSED = closed_ids(PLAIN)


def marked() -> Inputs:
    """The sample meeting, with a word in each closed utterance that nobody says elsewhere."""
    cues = "".join(
        f"00:{n // 60:02}:{n % 60:02}.000 --> 00:{n // 60:02}:{n % 60:02}.900\n"
        f"<v {u.label}>{u.text}{f'これは{SECRET}{n}に関わります。' if u.id in CLOSED else ''}\n\n"
        for n, u in enumerate(PLAIN.utterances)
    )
    return Inputs(f"WEBVTT\n\n{cues}".encode(), "k.vtt", INPUTS.meeting, INPUTS.profile, "openai")


def question_across_the_border() -> Inputs:
    """A partly closed item: an open answer to a question asked in closed talk, and a slip put right behind closed doors."""
    meeting: dict[str, Any] = {
        "title": "契約審査会",
        "starts_at": "2026-05-20T13:30:00+09:00",
        "ends_at": "2026-05-20T14:30:00+09:00",
        "agenda": [{"no": 1, "title": "契約の状況", "kind": "discussion", "disclosure": "partial", "reason": "契約前"}],
        "roster": [
            {"id": "ono", "name": "小野 美咲", "org": "企画部", "post": "部長", "side": "own"},
            {"id": "mori", "name": "森 健一", "org": "青葉市", "post": "課長", "side": "guest"},
        ],
    }
    talk = f"""○小野部長　それでは議題の１、契約の状況に入ります。
○森課長　昨年度の契約の件数は、何件だったのでしょうか。
○小野部長　昨年度の契約は、四十二件でございます。
○小野部長　ここからは非公開といたします。傍聴の方は退室をお願いします。
○森課長　{SECRET}の落札の見込みは、どの程度になるのでしょうか。
○小野部長　先ほどの四十二件ではなく、{SECRET}を含めて四十三件でございました。失礼しました。
○森課長　{SECRET}の費用は、どこが負担するのでしょうか。
○小野部長　ここから公開に戻ります。傍聴の方はお入りください。
○小野部長　ただいまの森課長のご質問につきましては、来年度の予算で全額を負担する方針でございます。
○森課長　そのように進めていただくよう、お願いいたします。
"""
    return Inputs(talk.encode(), "k.txt", Meeting.model_validate(meeting), INPUTS.profile, "openai")


async def obliging(asked: Asked) -> Response:
    return right(asked)


async def quoting(asked: Asked) -> Response:
    """Wrong figures, so that every unit is asked for twice and the findings go back to the server."""
    return says(reply_json([(f"{asked.ids[0][1:]}77件を来年度に実施する。", asked.ids[:1])]))


def drafted(inputs: Inputs, script: Any = obliging, *, show_closed: bool = False) -> tuple[MinutesDocument, Server]:
    with serving(script) as server:
        endpoint = Endpoint(server.url, MODEL, slots=4, backoff_seconds=0.001)
        model = load_model("openai", ModelOptions(endpoint=endpoint, show_closed=show_closed))
        document = make_draft(inputs, lambda _: model, MemoryStore())
    return document, server


def received(server: Server) -> str:
    """All that reached the server, headers too, also where JSON spells a character as an escape."""
    assert server.asked
    plain = "".join(asked.raw.decode() + json.dumps(asked.headers) for asked in server.asked)
    return plain + re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), plain)


@pytest.mark.parametrize("script", [obliging, quoting])
@pytest.mark.parametrize("make", [marked, question_across_the_border])
def test_not_a_byte_of_closed_talk_reaches_the_server(make: Any, script: Any) -> None:
    inputs = make()
    document, server = drafted(inputs, script)
    closed = closed_ids(document)
    said = {each.id: each.text for each in document.utterances}
    assert any(SECRET in said[each] for each in closed) and not any(SECRET in said[i] for i in said if i not in closed)
    everything = received(server)
    assert SECRET not in everything
    for each in closed:
        assert said[each] not in everything and f"[{each}]" not in everything
    accounted(document)
    assert any(SECRET in text for text in texts(document)), "the record itself has the closed talk"


def test_closed_units_are_extractive_for_a_reason_that_blames_nobody() -> None:
    document, _ = drafted(marked())
    kept = {each.turn_id for each in document.replacements if each.reason == KEPT_BACK}
    turns = {t.id for t in document.turns if not closed_ids(document).isdisjoint(t.utterance_ids)}
    assert kept and kept <= turns
    assert {each.turn_id for each in document.replacements} == kept
    told = [f for f in document.findings if f.rule == "M1"]
    assert len(told) == len(kept) and {f.severity for f in told} == {Severity.INFO}
    assert document.provenance.model.parameters["withheld"] == "closed"


def test_an_operator_may_send_it_to_a_server_of_the_house() -> None:
    document, server = drafted(marked(), show_closed=True)
    assert SECRET in received(server)
    assert not any(each.reason == KEPT_BACK for each in document.replacements)
    assert "withheld" not in document.provenance.model.parameters


def test_the_setting_keeps_it_unless_told_otherwise() -> None:
    server = {"openai_base_url": "http://model:8000/v1", "openai_model": "m"}
    assert not options_of(Settings(**server)).show_closed
    assert options_of(Settings(openai_closed="send", **server)).show_closed
    assert Settings(**server).models_for(closed=True) == ("extractive",)
    assert Settings(openai_closed="send", **server).models_for(closed=True) == ("extractive", "openai")
