"""What leaves the service is looked at before it does; who a label was taken for is seen and changed in one place."""

import pytest


def test_the_public_edition_is_shown_without_closed_talk(site):
    page = site.client("suzuki").get(f"/meetings/{site.meeting_id}/preview/public").text
    assert "令和8年度は県が全額を負担し" in page and "見積り" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script>alert(1)" not in page
    assert f"/meetings/{site.meeting_id}/preview/full" in page


@pytest.mark.parametrize(("login", "public", "full"), [("tanaka", 200, 403), ("kato", 200, 200), ("ito", 403, 200)])
def test_each_edition_is_for_who_may_take_it(site, login, public, full):
    client = site.client(login)
    for edition, code in (("public", public), ("full", full)):
        assert client.get(f"/meetings/{site.meeting_id}/preview/{edition}").status_code == code


def test_every_label_is_listed_with_its_person_and_changed_as_a_whole(site):
    client = site.client("suzuki")
    page = client.get(f"/meetings/{site.meeting_id}").text
    panel = page[page.index('id="labels"') :].partition("</details>")[0]
    assert "<strong>森下</strong>：青葉市 デジタル推進課長 森下 春香（1件" in panel and "名簿の氏名と一致" in panel
    edit = '{"do": "change_speaker", "utterance": "u0001", "scope": "label"}'
    sent = {"version": 1, "edit": edit, "attendee": "a3"}
    assert client.post(f"/meetings/{site.meeting_id}/changes", data=sent).status_code == 303
    page = client.get(f"/meetings/{site.meeting_id}").text
    panel = page[page.index('id="labels"') :].partition("</details>")[0]
    assert (
        "<strong>沢井</strong>：南浜町 総務課長 大槻 健（4件" in panel
        and "北原県 情報政策課長" not in panel.partition("<form")[0]
    )
