"""One clerk in Chromium, from the approval to 登録済, with the package checked by the command that a records office has."""

import subprocess
import sys
from datetime import datetime

import pytest

from minutes.era import JST, format_day
from service.db.base import now
from service.db.engine import writing
from service.db.tables import MeetingRow


@pytest.mark.browser
def test_from_the_approval_to_the_number(open_page, site, tmp_path):
    with writing(site.engine) as session:
        # Whatever day it is today, it lies after the meeting.
        session.get_one(MeetingRow, site.meeting_id).starts_at = now()
    registrar = site.client("tanaka")
    here = f"/meetings/{site.meeting_id}"
    registrar.post(f"{here}/speakers", data={"version": 1, "label": "話者3", "attendee_id": "a3"})
    text = "小さな町では職員が2人しかいないため、研修をお願いしたい。"
    registrar.post(f"{here}/sentences/s0004", data={"version": 2, "text": text})
    page = open_page("suzuki")
    page.goto(here)
    page.get_by_role("button", name="承認を依頼する").click()
    approver = open_page("kato")
    approver.goto(here)
    approver.get_by_role("button", name="承認する").click()
    approver.locator("#header .chip", has_text="承認済").wait_for()

    page.goto(here)
    page.get_by_role("link", name="記録にする").click()
    page.get_by_role("link", name="保存場所").click()
    page.keyboard.type("文書管理システム")
    year = format_day(datetime.now(JST).date())  # any day of the year reads as no year
    page.get_by_label("作成・取得年度等").fill(year)
    page.get_by_role("button", name="記載事項を保存する").click()
    page.get_by_role("alert").get_by_role("link", name="作成・取得年度等").wait_for()
    assert page.get_by_label("保存場所").input_value() == "文書管理システム"
    for label, words in (
        ("作成・取得年度等", "令和7年度"),
        ("大分類", "総務"),
        ("中分類", "会議"),
        ("名称（小分類）", "情報化連絡会"),
        ("保存期間必須", "5年"),
        ("作成・取得者", "情報政策課長"),
        ("管理者", "情報政策課長"),
        ("起案者の所属", "情報政策課"),
        ("起案者の氏名", "田中 一"),
        ("決裁区分", "課長専決"),
        ("非公開の理由", "契約に関する情報"),
    ):
        page.get_by_label(label).first.fill(words)
    for label, words in (("満了時の措置", "廃棄"), ("公開区分", "部分公開"), ("個人情報の有無", "無")):
        page.get_by_label(label).select_option(label=words)
    page.get_by_role("button", name="記載事項を保存する").click()
    page.locator(".columns").get_by_text("令和13年3月31日").wait_for()

    page.get_by_role("button", name="パッケージを作る").click()
    fingerprint = page.locator(".packages .hash").inner_text()
    with page.expect_download() as started:
        page.get_by_role("link", name="ダウンロード").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    command = [sys.executable, "-m", "cli.main", "package", "verify", str(file), "--fingerprint", fingerprint]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr

    page.get_by_label("文書番号必須").fill("8情第12号")
    page.get_by_label("決裁日必須").fill(format_day(datetime.now(JST).date()))
    page.get_by_label("決裁者").fill("情報政策課長 沢井 修")
    page.get_by_role("button", name="登録する").click()
    page.locator(".facts .chip", has_text="登録済").wait_for()
    page.goto(here)
    page.get_by_text("文書番号：8情第12号").wait_for()
