"""A model on trial: its figures are those counted by hand, and a server that fails is said to have failed."""

import pytest
from right_answers import RightAnswers
from scripted_backend import reply_json
from scripted_server import says
from small_trial import ANSWERED, ASKED, about_the_question, debate, trial
from starlette.responses import Response

from evaluation.drafting import draft
from evaluation.trial.figures import draft_figures
from evaluation.trial.interval import mean
from evaluation.trial.material import COLLECTIONS, materials
from evaluation.trial.report import Conditions, Prices, report
from evaluation.trial.running import AS_LONG, outcomes
from minutes.errors import InputError
from minutes.profiles import load_profile
from minutes.public import closed_ids


def conditions(asked, prices=None):
    return Conditions(profile=load_profile(), asked=asked, limit=None, prices=prices)


def rows(page, section):
    """The tables of a section as lists of cells."""
    text = page.split(f"## {section}")[1].split("\n## ")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.split("\n") if line.startswith("|")]


async def mends_one_and_spoils_the_other(asked):
    """The answer of the first meeting is wrong once, that of the second always."""
    if about_the_question(asked):
        return says(reply_json([(ASKED, ["u0002"])]))
    spoilt = "道路" in asked.user or not asked.repair
    return says(reply_json([(ANSWERED.replace("9", "8") if spoilt else ANSWERED, ["u0003"])]))


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    road = debate("道路", "道路の改修についてお伺いいたします。防災無線の更新の時期はいつでしょうか。")
    with trial(mends_one_and_spoils_the_other, tmp_path_factory.mktemp("state")) as (running, _):
        return list(outcomes(running, [debate("無線"), road]))


def test_work_is_counted_by_request_and_by_unit(measured):
    mended, replaced = (each.work for each in measured)
    assert (mended.units, mended.requests, mended.repairs, mended.replaced) == (2, 3, 1, ())
    assert (replaced.units, replaced.requests, replaced.repairs, len(replaced.replaced)) == (2, 3, 1, 1)
    assert (mended.prompt_tokens, mended.completion_tokens, mended.uncounted) == (3 * 9000, 3 * 80, 0)
    assert mended.cost(100, 400) == pytest.approx(2.796)
    assert "8" in mended.faults[0]
    assert mended.seconds > 0


def test_recall_is_that_of_the_models_sentences(measured):
    mended = measured[0]
    # Of 更新, 新の, の時, 時期 the two sentences have the first.
    assert mended.figures.recall == 0.25
    assert mended.figures.sentences == 2
    assert mended.figures.length == len(ASKED + ANSWERED)
    assert AS_LONG in mended.others and "LexRank" in mended.others


def test_the_report_has_the_figures_counted_by_hand(measured):
    page = report(measured, conditions(2, Prices(100, 400)))
    (first, second, total) = rows(page, "手間と費用")[-3:]
    assert first[0] == "kiryu 無線" and first[2:7] == ["3", "1", "0", "27,000", "240"] and first[8] == "2.80"
    assert second[2:7] == ["3", "1", "0", "27,000", "240"]
    assert total[2:7] == ["6", "2", "0", "54,000", "480"] and total[8] == "5.59"
    assert ["差し替えた発言のまとまり（会議ごとの割合の平均）", "—", "25.0%", "（参考）"] in rows(page, "一覧")
    assert ["生成した文が点検を通らない", "1"] in rows(page, "差し替えと書き直し")
    assert next(row for row in rows(page, "桐生") if row[0] == "無線")[-1].startswith("0.250（")
    assert "判断できません" not in page


def test_without_prices_there_is_no_cost(measured):
    page = report(measured, conditions(2))
    assert "円" not in page.split("## 一覧")[1]


def test_nothing_that_was_said_is_quoted_with_the_faults(measured):
    section = report(measured, conditions(2)).split("## 差し替えと書き直し")[1]
    assert "防災無線" not in section and "令和8年度" not in section


async def gone(asked):
    return Response(status_code=500)


def test_a_server_that_fails_leaves_a_table_that_says_so_and_nothing_to_go_on_with(tmp_path):
    meetings = [debate("無線"), debate("道路", "道路の改修についてお伺いいたします。")]
    with trial(gone, tmp_path) as (running, server):
        found = list(outcomes(running, meetings))
        page = report(found, conditions(len(meetings)))
        assert len(found) == 1 and found[0].work.gone
        assert "**この頁ではモデルの良し悪しを判断できません。**" in page and "残る1件の会議は測っていません" in page
        assert ["サーバーが答えなかった問い合わせ", "0", "2", "**未達**"] in rows(page, "一覧")
        assert not list(tmp_path.rglob("*.json"))
        server.script, before = mends_one_and_spoils_the_other, len(server.asked)
        again = report(list(outcomes(running, meetings)), conditions(len(meetings)))
        assert len(server.asked) > before and "判断できません" not in again


def test_a_second_run_asks_nothing_and_gives_the_same_page(tmp_path):
    told: list[str] = []
    with trial(mends_one_and_spoils_the_other, tmp_path, told) as (running, server):
        first = report(list(outcomes(running, [debate("無線")])), conditions(1))
        before = len(server.asked)
        assert report(list(outcomes(running, [debate("無線")])), conditions(1)) == first
        assert len(server.asked) == before > 0


def test_half_a_file_is_asked_for_again(tmp_path):
    with trial(mends_one_and_spoils_the_other, tmp_path) as (running, server):
        (first,) = outcomes(running, [debate("無線")])
        broken = min(tmp_path.rglob("*.json"))
        broken.write_bytes(broken.read_bytes()[:40])
        before = len(server.asked)
        (second,) = outcomes(running, [debate("無線")])
        assert 1 <= len(server.asked) - before <= 2
        assert second.figures == first.figures


def test_a_faultless_model_is_as_good_as_the_extractive_draft_on_gold(tmp_path):
    meetings = [each for each in materials(None, ("fictional",), None) if each.name == "partly_closed"]
    answers = RightAnswers(meetings)

    async def right(asked):
        return says(reply_json(answers.to(asked)))

    with trial(right, tmp_path) as (running, _):
        (found,) = outcomes(running, meetings)
    assert found.figures == found.plain_figures
    assert found.figures.facts > 0 and found.figures.leaked == 0 and found.work.replaced == ()


def test_closed_talk_taken_for_open_is_a_leak_by_gold():
    (meeting,) = (each for each in materials(None, ("fictional",), None) if each.name == "partly_closed")
    document = draft(meeting.transcript, meeting.filename, meeting.meeting)
    closed = closed_ids(document)
    hidden = sum(
        not closed.isdisjoint(sentence.evidence)
        for section in document.sections
        for block in section.blocks
        for sentence in block.sentences
    )
    opened = tuple(each.model_copy(update={"closed": False}) for each in document.utterances)
    assert hidden > 0
    assert draft_figures(document, meeting).leaked == 0
    assert draft_figures(document.model_copy(update={"utterances": opened}), meeting).leaked == hidden


def test_an_interval_holds_the_mean_and_needs_enough_meetings():
    few, many = mean([0.2, 0.4]), mean([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert (round(few.value, 3), few.low, few.shown(".2f")) == (0.3, None, "0.30")
    assert many.low is not None and many.high is not None and 0.1 < many.low < many.value < many.high < 0.6
    assert mean([0.5] * 8).shown(".1f") == "0.5（0.5〜0.5）"
    assert mean([]).value == 0.0


def test_what_cannot_be_measured_is_said(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        materials(None, ("nowhere",), None)
    with pytest.raises(InputError, match="会議がありません"):
        materials(None, ("kiryu",), None)
    with pytest.raises(InputError, match="フォルダー"):
        materials(tmp_path / "none", (), None)
    assert len(materials(None, tuple(COLLECTIONS), 2)) == 2
