"""The page with both drafts: every sentence once, nothing of a speech read as HTML, nothing loaded from elsewhere."""

import shutil
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from right_answers import RightAnswers
from scripted_backend import reply_json
from scripted_server import says
from small_trial import ANSWERED, about_the_question, debate, trial

from evaluation.trial.material import materials
from evaluation.trial.page import page
from evaluation.trial.report import Conditions
from evaluation.trial.running import outcomes
from minutes.dispositions import sentences_of
from minutes.profiles import load_profile

HOSTILE = "<script>alert(1)</script>"
CONDITIONS = Conditions(profile=load_profile(), asked=1, limit=None, prices=None)


class Read(HTMLParser):
    """Tags, links out of the page, and the text of every sentence."""

    def __init__(self, text):
        super().__init__()
        self.tags = Counter()
        self.outside = []
        self.sentences = []
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        given = dict(attrs)
        self.outside += [v for k, v in attrs if k in {"src", "href", "srcset", "action"} and not v.startswith("#")]
        self._open = tag == "span" and given.get("class") == "sentence"
        if self._open:
            self.sentences.append("")

    def handle_endtag(self, tag):
        self._open = False

    def handle_data(self, data):
        if self._open:
            self.sentences[-1] += data


@pytest.fixture(scope="module")
def gold(tmp_path_factory):
    """Two meetings, one of them partly closed; some units are mended and some replaced."""
    meetings = [e for e in materials(None, ("fictional",), None) if e.name in {"partly_closed", "misheard_words"}]
    answers = RightAnswers(meetings)

    async def mixed(asked):
        right = answers.to(asked)
        wrong = [("えー、" + text, evidence) for text, evidence in right]
        nth = int(asked.ids[0][1:]) % 3
        return says(reply_json(wrong if nth == 0 or (nth == 1 and not asked.repair) else right))

    with trial(mixed, tmp_path_factory.mktemp("state")) as (running, _):
        return list(outcomes(running, meetings))


@pytest.fixture(scope="module")
def gold_page(gold):
    return page(gold, CONDITIONS)


def test_every_sentence_of_both_drafts_stands_there_once(gold, gold_page):
    expected = Counter(
        sentence.text
        for each in gold
        for document in (each.plain, each.document)
        for sentence in sentences_of(document.sections)
    )
    assert Counter(Read(gold_page).sentences) == expected


def test_replaced_and_mended_units_findings_and_facts_are_marked(gold, gold_page):
    body = gold_page.split("<main")[1]
    assert body.count('class="chip replaced"') == sum(len(each.work.replaced) for each in gold) > 0
    assert body.count('class="chip mended"') > 0
    assert body.count('class="gold"') == sum(len(each.material.gold.must_include) for each in gold)
    assert body.count('class="mark ') > 0


def test_a_word_that_gold_forbids_is_marked_at_its_sentence(gold):
    (meeting,) = [each for each in gold if each.material.name == "partly_closed"]
    word = "音声が途切れ"
    assert word in meeting.material.gold.must_not_include
    assert f"あってはならない語「{word}」" not in page([meeting], CONDITIONS)
    target = sentences_of(meeting.document.sections)[0]
    written = meeting.document.model_dump_json().replace(target.text, f"{target.text}{word}", 1)
    changed = replace(meeting, document=type(meeting.document).model_validate_json(written))
    text = page([changed], CONDITIONS)
    assert text.count(f"あってはならない語「{word}」") == 1
    assert f"{target.text}{word}" in text.split(f"あってはならない語「{word}」")[0].rsplit("<li", 1)[1]


def test_closed_talk_is_marked_and_the_page_warns(gold, gold_page):
    (closed,) = [each for each in gold if each.material.name == "partly_closed"]
    said = next(each.text for each in closed.document.utterances if each.closed and each.kind.value == "質問")
    before = gold_page.split(said)[0]
    assert 'class="chip closed">非公開' in before.rsplit("<tr", 1)[1]
    assert "取扱注意" in gold_page


def test_nothing_is_loaded_and_nothing_runs(gold_page):
    read = Read(gold_page)
    assert read.outside == [] and not read.tags.keys() & {"script", "link", "img", "iframe"}
    assert "@import" not in gold_page and "url(" not in gold_page


def test_html_in_speech_and_in_replies_is_shown_as_it_was_said(tmp_path):
    meeting = debate("無線", f"資料の{HOSTILE}という表示について、防災無線の更新の時期はいつでしょうか。")

    async def repeats(asked):
        if about_the_question(asked):
            return says(reply_json([(f"資料の{HOSTILE}という表示について、更新の時期はいつか。", ["u0002"])]))
        return says(reply_json([(ANSWERED, ["u0003"])]))

    with trial(repeats, tmp_path) as (running, _):
        found = list(outcomes(running, [meeting]))
    text = page(found, CONDITIONS)
    read = Read(text)
    assert "script" not in read.tags
    assert any(HOSTILE in each for each in read.sentences)
    assert "&lt;script&gt;" in text and "取扱注意" not in text


@pytest.mark.browser
def test_the_page_fits_a_narrow_window_and_a_browser_finds_no_fault(gold_page, tmp_path):
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed: no program `chromium` on the PATH")
    playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    (tmp_path / "page.html").write_text(gold_page, encoding="utf-8")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        opened = browser.new_page(viewport={"width": 360, "height": 800})
        complaints = []
        opened.on("console", lambda message: complaints.append(message.text))
        opened.goto((tmp_path / "page.html").as_uri())
        assert opened.evaluate("document.documentElement.scrollWidth") <= 360
        opened.set_viewport_size({"width": 1280, "height": 800})
        assert opened.evaluate("document.documentElement.scrollWidth") <= 1280
        assert opened.get_by_role("heading", level=1).inner_text() == "素案の読み比べ"
        assert opened.get_by_role("columnheader", name="モデル", exact=True).count() == 2
        assert complaints == []
        browser.close()
