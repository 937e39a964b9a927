"""Changing one's own password: every refusal says on the page what is wrong with it."""

from html.parser import HTMLParser

import pytest

GOOD = "Sakura-no-shita-9"
OLD = "Mikan-no-ki-27-hon"


class Alert(HTMLParser):
    """The words of the problem list, which is announced to people who do not see it."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self._depth = 0

    def handle_starttag(self, tag, attrs):
        if ("role", "alert") in attrs or self._depth:
            self._depth += tag == "section"

    def handle_endtag(self, tag):
        self._depth -= bool(self._depth) and tag == "section"

    def handle_data(self, data):
        if self._depth:
            self.words += data.strip()


REFUSALS = {
    "too short": ({"new": "Sakura-9", "again": "Sakura-9"}, 422, "短すぎます", "12 文字以上"),
    "too long": ({"new": "Sakura-9" * 26, "again": "Sakura-9" * 26}, 422, "長すぎます", "200 文字以下"),
    "login first": (
        {"new": "tanaka-2026-0401", "again": "tanaka-2026-0401"},
        422,
        "ログイン名が入っています",
        "含まない",
    ),
    "login inside": (
        {"new": "2026-TANAKA-0401", "again": "2026-TANAKA-0401"},
        422,
        "ログイン名が入っています",
        "含まない",
    ),
    "one letter": ({"new": "z" * 16, "again": "z" * 16}, 422, "推測しやすすぎます", "5種類以上"),
    "same as before": ({"new": OLD, "again": OLD}, 422, "いまのものと同じ", "別のパスワード"),
    "two differ": ({"new": GOOD, "again": GOOD + "x"}, 422, "二つの入力が違います", "同じものを二度"),
    "wrong present one": (
        {"current": "x", "new": GOOD, "again": GOOD},
        401,
        "いまのパスワードが違います",
        "入力を確かめて",
    ),
}


@pytest.mark.parametrize(("data", "status", "what", "remedy"), REFUSALS.values(), ids=REFUSALS)
def test_each_refusal_says_what_is_wrong_and_what_to_do(site, data, status, what, remedy):
    client = site.client("tanaka")
    answer = client.post("/password", data={"current": OLD} | data)
    assert answer.status_code == status
    alert = Alert()
    alert.feed(answer.text)
    assert what in alert.words and remedy in alert.words
    others = {words for _, _, words, _ in REFUSALS.values()} - {what}
    assert not any(words in alert.words for words in others)
    typed = {"current": OLD, **data}
    assert not any(f'value="{each}"' in answer.text for each in typed.values())
    assert site.client("tanaka").get("/").status_code == 200, "the old password still signs in"


def test_a_good_one_is_accepted_and_the_old_one_is_no_more(site):
    client = site.client("tanaka")
    answer = client.post("/password", data={"current": OLD, "new": GOOD, "again": GOOD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert client.get("/").status_code == 200
    assert site.client().post("/login", data={"login": "tanaka", "password": OLD}).status_code == 401
    assert site.client().post("/login", data={"login": "tanaka", "password": GOOD}).status_code == 303
