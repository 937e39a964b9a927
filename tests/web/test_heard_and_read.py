"""What the recogniser misheard and what of the file could not be read, on the review page."""

import re

import pytest

from minutes.document import MinutesDocument, ReadingNotice
from minutes.mishearing import MeantFrom, Mishearing
from service.web.review_view import HeardText, review_view

HOSTILE = "<b>山</b>"


def misheard(draft, utterance_id, heard, meant, *, applied, confidence=0.9):
    text = next(each.text for each in draft.utterances if each.id == utterance_id)
    start = text.index(heard)
    return Mishearing(
        utterance_id=utterance_id,
        start=start,
        end=start + len(heard),
        heard=heard,
        meant=meant,
        source=MeantFrom.GLOSSARY,
        confidence=confidence,
        reason=f"用語集の「{meant}」と読みが同じです。",
        name=False,
        certain=applied,
        applied=applied,
    )


@pytest.fixture
def draft(draft: MinutesDocument) -> MinutesDocument:
    return draft.model_copy(
        update={
            "mishearings": (
                misheard(draft, "u0003", "窓口予約", "窓口要約", applied=False, confidence=0.5),
                misheard(draft, "u0003", "口予", "くちよ", applied=False, confidence=0.4),
                misheard(draft, "u0003", "費用", HOSTILE, applied=True),
                misheard(draft, "u0004", "全額", "前額", applied=True),
                misheard(draft, "u0002", "窓口", "間口", applied=False),
                misheard(draft, "u0007", "見積り", "見積", applied=True),
            ),
            "notices": (
                ReadingNotice(place="3行目", what="時刻を読めません。", remedy="直してください。", utterance_id=None),
                ReadingNotice(place="9行目", what=f"「{HOSTILE}」は不明です。", remedy="確認。", utterance_id="u0004"),
            ),
        }
    )


@pytest.fixture
def page(site):
    return site.client("suzuki").get(f"/meetings/{site.meeting_id}").text


def panel(page: str, name: str) -> str:
    begin = page.index(f'id="{name}"')
    return page[begin : page.index("</ul>", begin)]


def test_the_words_of_an_utterance_stand_whole_around_what_was_misheard(draft: MinutesDocument):
    view = review_view(draft)
    for shown, said in zip(view.utterances, draft.utterances, strict=True):
        assert "".join(part.text for part in shown.text) == said.text
    marked = [part for part in view.utterances[2].text if part.meant is not None]
    assert marked == [HeardText("窓口予約", "窓口要約", False), HeardText("費用", HOSTILE, True)], "no overlap"


def test_an_applied_word_shows_both_forms_and_not_by_colour_alone(page):
    said = page[page.index('id="u0004"') :]
    text = said[said.index("utterance-text") : said.index("</p>")]
    plain = re.sub(r'<span class="visually-hidden">(.*?)</span>', r"[\1]", text)
    assert "<del>[変更前「]全額[」]</del><ins>[変更後「]前額[」]</ins>" in plain
    said = page[page.index('id="u0002"') :]
    assert '<span class="doubt">窓口</span><span class="doubt-note">（間口か）</span>' in said[: said.index("</p>")]


def test_every_word_is_listed_with_its_places_and_the_sentences_made_from_it(page):
    shown = panel(page, "mishearings")
    assert "素案で直した語 3・疑いのある語 3" in shown
    row = next(each for each in shown.split("<li>") if "前額" in each)
    assert "直した</span>" in row and 'href="#u0004"' in row and 'href="#s0003"' in row
    row = next(each for each in shown.split("<li>") if "間口" in each)
    assert "疑い</span>" in row and "「窓口」は「間口」か" in row
    assert HOSTILE not in page and "&lt;b&gt;山&lt;/b&gt;" in page


def test_what_could_not_be_read_is_listed_by_place(page):
    shown = panel(page, "notices")
    assert "確かめたい所 2か所" in shown
    first, second = shown.split("<li>")[1:]
    assert "3行目" in first and "時刻を読めません。" in first and "直してください。" in first and "href" not in first
    assert "9行目" in second and 'href="#u0004"' in second


def test_nothing_of_either_is_in_the_public_edition(site):
    client = site.client("suzuki")
    text = client.get(f"/meetings/{site.meeting_id}/download/public/html").text
    assert "前額" not in text and "時刻を読めません" not in text
    kept = site.client("ito").get(f"/meetings/{site.meeting_id}/download/full/json").json()
    assert [each["place"] for each in kept["notices"]] == ["3行目", "9行目"]


def test_a_draft_without_them_has_no_empty_panels(draft: MinutesDocument):
    view = review_view(draft.model_copy(update={"mishearings": (), "notices": ()}))
    assert view.misheard == () and view.notices == ()
