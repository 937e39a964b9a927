"""Four fictional meetings on their way: what is done in which order, and where a picture is taken."""

import json
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

from camera import DESK, PHONE, Studio
from playwright.sync_api import Page, expect
from record_scenes import records

DRAFTING_MS = 120_000
JST = timezone(timedelta(hours=9))
BODIES = (("デジタル推進協議会", 7, 30), ("災害対策連絡会議", 14, 60), ("行財政運営懇談会", 10, 30))
"""Name, days until the draft, days until the publication."""
MEETINGS = (
    ("samples", "meeting.vtt", 3, "デジタル推進協議会"),
    ("evaluation/meetings/disaster_liaison", "transcript.vtt", 9, "災害対策連絡会議"),
    ("evaluation/meetings/misheard_words", "transcript.vtt", 12, "行財政運営懇談会"),
    ("evaluation/meetings/budget_questions", "transcript.txt", 5, ""),
)
"""Folder, transcript, held how many days ago, body."""


def take_all(studio: Studio, root: Path, share: Path) -> None:
    """``share``: see ``records``."""
    first = studio.stranger()
    first.goto("/login")
    studio.shoot(first, "sign_in")
    administration(studio)
    addresses = register(studio, root)
    council = addresses[0]
    lists(studio)
    desk(studio, addresses)
    talk(studio, council)
    ask_speakers(studio, council)
    approve(studio, council)
    afterwards(studio, council)
    records(studio, council, share)


def administration(studio: Studio) -> None:
    page = studio.page("kanri")
    for name, draft_days, publication_days in BODIES:
        page.goto("/bodies")
        page.locator("#name-new").fill(name)
        page.locator("#draft_days-new").fill(str(draft_days))
        page.locator("#publication_days-new").fill(str(publication_days))
        page.locator("#keep_days-new").fill("365")
        page.get_by_role("button", name="登録する").click()
        page.locator("summary.body-head").filter(has_text=name).wait_for()
    page.goto("/bodies")
    page.locator("summary.body-head").first.click()
    studio.shoot(page, "bodies")
    page = studio.page("kanri")
    page.goto("/admin/profiles/new?from=tokyo_cio")
    page.get_by_label("名前").first.fill("総務課 会議要旨")
    page.locator("#id").fill("soumu_kaigi")
    page.get_by_label("使う所属").select_option(label="総務課")
    page.get_by_label("題名", exact=True).fill("{series}{title} 会議要旨")
    page.get_by_text("入力のとおりに更新しました。").wait_for()
    page.evaluate("document.activeElement.blur(), window.scrollTo(0, 0)")
    studio.shoot(page, "profile")


def register(studio: Studio, root: Path) -> list[str]:
    """Addresses of the meetings, drafted."""
    addresses = []
    for folder, transcript, days_ago, body in MEETINGS:
        page = studio.page("toroku")
        page.goto("/meetings/new")
        page.locator("#transcript").set_input_files(root / folder / transcript)
        held = _held(json.loads((root / folder / "meeting.json").read_text(encoding="utf-8")), days_ago)
        page.locator("#meeting").set_input_files(
            {"name": "meeting.json", "mimeType": "application/json", "buffer": held}
        )
        if body:
            page.locator("#body").select_option(label=body)
        if not addresses:
            copy = studio.page("toroku")
            copy.goto("/meetings/new")
            copy.locator("#transcript").set_input_files(root / folder / transcript)
            copy.locator("#body").select_option(label=body)
            copy.locator("#meeting").set_input_files(
                {"name": "meeting.json", "mimeType": "application/json", "buffer": held}
            )
            studio.shoot(copy, "new_meeting")
        page.get_by_role("button", name="素案を作成する").click()
        page.wait_for_url(re.compile(r"/meetings/(?!new)[^/]+$"))
        page.locator(".bench").wait_for(timeout=DRAFTING_MS)
        addresses.append(page.url)
        page.close()
    return addresses


def _held(meeting: dict[str, object], days_ago: int) -> bytes:
    """The meeting some days before today, so that its dates are neither long past nor to come."""
    day = (datetime.now(JST) - timedelta(days=days_ago)).date().isoformat()
    for name in ("starts_at", "ends_at"):
        meeting[name] = day + str(meeting[name])[10:]
    meeting.pop("weekday", None)
    return json.dumps(meeting, ensure_ascii=False).encode()


def lists(studio: Studio) -> None:
    page = studio.page("kakunin")
    page.goto("/")
    studio.shoot(page, "my_work")
    page = studio.page("kakunin")
    page.goto("/meetings")
    page.get_by_role("link", name="7日以内").click()
    page.locator(".chosen").wait_for()
    studio.shoot(page, "all_meetings")
    page = studio.page("kakunin")
    page.goto("/search?q=窓口 予約")
    studio.shoot(page, "search")


def desk(studio: Studio, addresses: list[str]) -> None:
    council, *others = addresses
    page = _open(studio, "kakunin", council)
    studio.shoot(page, "review_whole", whole=True)

    page = _open(studio, "kakunin", council)
    page.locator("#agenda-2 .statement .sentence-text").first.click()
    page.locator(".utterance.is-linked, .utterance.is-current").first.wait_for()
    studio.shoot(page, "review", at=page.locator("[data-bench]"))

    with_findings = _most(studio, addresses, "[data-fix]")
    page = _open(studio, "kakunin", with_findings)
    page.keyboard.press("n")
    studio.shoot(page, "findings", at=page.locator("#findings"))

    page = _open(studio, "kakunin", _most(studio, others, "#speakers"))
    studio.shoot(page, "speakers", at=page.locator("#speakers"))

    page = _open(studio, "kakunin", council)
    page.locator(".block.statement [data-open^=b]").first.click()
    tools = page.locator("[data-tools^=b]").first
    tools.wait_for()
    tools.evaluate("e => e.closest('.block').scrollIntoView({block: 'start'})")
    studio.shoot(page, "statement_tools", at=page.locator("[data-bench]"))

    page = studio.page("kakunin")
    page.goto(council)
    page.get_by_role("link", name="所属の辞書").click()
    for wrong, right in (("共同調逹", "共同調達"), ("マイナンバカード", "マイナンバーカード")):
        page.get_by_label("誤", exact=True).fill(wrong)
        page.get_by_label("正", exact=True).fill(right)
        page.get_by_role("button", name="加える").click()
        page.get_by_role("rowheader", name=wrong).wait_for()
    studio.shoot(page, "dictionary")


def talk(studio: Studio, council: str) -> None:
    page = _open(studio, "kakunin", council)
    sentence = page.locator(".block.statement .sentence").first
    place = str(sentence.get_attribute("id"))
    page.get_by_label(f"{place}にコメントする").click()
    form = page.locator(f"#new-{place}")
    form.get_by_label(f"{place}へのコメント").fill("「2年目以降の運用の費用」は、資料1の書き方に合わせますか。")
    form.get_by_text("知らせる人を選ぶ").click()
    form.get_by_label("総務課 登録者").check()
    form.get_by_role("button", name="コメントを残す").click()
    form.wait_for(state="detached")
    page.close()
    page = _open(studio, "toroku", council)
    page.get_by_text("返信する…").click()
    page.get_by_label("返信", exact=True).fill("録音と資料1で確かめました。このままで合っています。")
    page.get_by_role("button", name="返信する", exact=True).click()
    expect(page.locator("[data-thread] .remark")).to_have_count(2)
    page.close()
    page = _open(studio, "kakunin", council)
    studio.shoot(page, "comments", at=page.locator("#comments"))

    # The one who wrote last does not also check: the maker writes, so that the checker may go on.
    page = _open(studio, "toroku", council)
    page.locator(f"#{place} [data-open]").click()
    field = page.locator(f"#{place} textarea")
    field.fill(field.input_value().removeprefix("まず、"))
    page.locator(f"#{place}").get_by_role("button", name="保存").click()
    expect(page.locator("[data-saved]")).to_contain_text("第2版")
    page.goto(f"{council}/versions?from=1&to=2")
    studio.shoot(page, "versions")
    page = studio.page("kakunin")
    page.goto(f"{council}/print?evidence=1")
    studio.shoot(page, "print")


def ask_speakers(studio: Studio, council: str) -> None:
    page = _open(studio, "kakunin", council)
    page.get_by_role("button", name="発言者に確認する").click()
    page.locator(".facts .chip").get_by_text("発言者確認").wait_for()
    page.goto(f"{council}/confirmations")
    speakers = page.locator("tbody th a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    asked, answering = speakers[1], speakers[6]
    page.goto(asked)
    page.get_by_role("button", name="リンクで照会する").click()
    page.get_by_label("リンク", exact=True).wait_for()
    page.goto(answering)
    page.get_by_role("button", name="リンクで照会する").click()
    link = page.get_by_label("リンク", exact=True).input_value()

    phone = studio.stranger(PHONE)
    phone.goto(link)
    studio.shoot(phone, "speaker_link")
    phone = studio.stranger(PHONE)
    phone.goto(link)
    for each in phone.locator("fieldset.answer").all()[1:]:
        each.get_by_label("このままでよい").check()
    answer = phone.locator("fieldset.answer").first
    answer.get_by_label("直したい", exact=True).check()
    proposed = answer.get_by_label(re.compile("直した後の文"))
    proposed.fill(proposed.input_value().replace("運用の費用", "運用費"))
    answer.get_by_label(re.compile("理由や連絡")).fill("言葉を短くしました")
    phone.get_by_role("button", name="回答を送る").click()
    phone.get_by_text("回答を受け付けました").wait_for()
    phone.close()

    page.goto(f"{council}/confirmations")
    studio.shoot(page, "confirmations")
    page = studio.page("kakunin")
    page.goto(answering)
    page.locator("ins").first.wait_for()
    studio.shoot(page, "speaker_answers")
    page = studio.page("kakunin")
    page.goto(answering)
    page.get_by_label("理由（直して採用・不採用のとき）").first.fill("発言のとおり「運用の費用」とします")
    page.get_by_role("button", name="採用しない").first.click()
    page.get_by_text("発言のとおり「運用の費用」とします").wait_for()
    page.goto(council)
    page.get_by_role("button", name="承認を依頼する").click()
    _due(page, "課長承認")
    page.close()


def approve(studio: Studio, council: str) -> None:
    page = studio.page("shonin", PHONE)
    page.goto(council)
    studio.shoot(page, "approval_phone")
    page = studio.page("shonin")
    page.goto(council)
    page.get_by_role("button", name="承認する").click()
    _due(page, "会長承認")
    page.close()

    page = studio.page("kaicho")
    page.goto(council)
    page.get_by_text("差し戻す…").click()
    page.get_by_label("戻す段階").select_option(label="課長承認（文は直せません）")
    page.get_by_label("理由").fill("議事3の年度を、課で確かめてください。")
    page.get_by_role("button", name="差し戻す", exact=True).click()
    _due(page, "課長承認")
    page.close()
    page = studio.page("shonin")
    page.goto(council)
    page.get_by_text("これまでの経過").click()
    studio.shoot(page, "chain")

    for login, after in (("shonin", "会長承認"), ("kaicho", "")):
        page = studio.page(login)
        page.goto(council)
        page.get_by_role("button", name="承認する").click()
        if after:
            _due(page, after)
        else:
            expect(page.locator(".facts .chip").first).to_have_text("承認済")
        page.close()


def afterwards(studio: Studio, council: str) -> None:
    page = studio.page("kakunin")
    page.goto("/notices")
    studio.shoot(page, "notices")
    page = studio.page("shonin")
    page.goto("/delegations")
    page.get_by_label("代理する人").select_option(label="総務課 会長")
    page.get_by_role("button", name="代理を決める").click()
    page.get_by_text("有効").wait_for()
    studio.shoot(page, "deputies")
    page = studio.page("kanri")
    page.goto("/admin/people")
    studio.shoot(page, "people")
    page = studio.page("toroku")
    page.goto("/me")
    studio.shoot(page, "own")
    for name, address in (
        ("audit", "/audit"),
        ("meeting_audit", f"{council}/audit"),
        ("provenance", f"{council}/provenance"),
    ):
        page = studio.page("kansa")
        page.goto(address)
        studio.shoot(page, name)


def _open(studio: Studio, login: str, address: str) -> Page:
    page = studio.page(login, DESK)
    page.goto(address)
    page.locator(".bench.scripted").wait_for()
    return page


def _most(studio: Studio, addresses: list[str], selector: str) -> str:
    """The meeting that shows most of these."""
    page = studio.page("kakunin")
    counts = []
    for address in addresses:
        page.goto(address)
        counts.append(page.locator(selector).count())
    page.close()
    if max(counts) == 0:
        raise LookupError(f"no meeting shows {selector}")
    return addresses[counts.index(max(counts))]


def _due(page: Page, step: str) -> None:
    expect(page.locator(".chain-line [aria-current=step]")).to_contain_text(step)
