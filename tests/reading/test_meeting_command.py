"""``gijiyoshi meeting``: the meeting file of a clerk without a server, complete or with what is missing named."""

import json
from pathlib import Path

from typer.testing import CliRunner

from cli.commands import app
from minutes.errors import InputError
from minutes.meeting_input import parse_meeting

ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
SUMMARY:防災会議
DTSTART;TZID=Asia/Tokyo:20260401T100000
DTEND;TZID=Asia/Tokyo:20260401T110000
RRULE:FREQ=MONTHLY
{more}
END:VEVENT
END:VCALENDAR
"""


def run(*arguments: object):
    return CliRunner().invoke(app, ["meeting", *map(str, arguments)])


def test_calendar_and_roster_make_a_file_that_the_service_takes(tmp_path: Path) -> None:
    calendar, roster, made = tmp_path / "予定.ics", tmp_path / "名簿.csv", tmp_path / "MEETING.json"
    calendar.write_text(ICS.format(more="DESCRIPTION:1. 開会\\n2. 計画の案"), "utf-8")
    roster.write_text("氏名,所属\n小野 美咲,青葉市\n", "cp932")
    done = run("from-calendar", calendar, "--roster", roster, "--date", "2026-06-01", "-o", made)
    assert done.exit_code == 0, done.output
    meeting = parse_meeting(made.read_bytes())
    assert f"{meeting.starts_at:%Y-%m-%d %H:%M}" == "2026-06-01 10:00" and meeting.roster[0].org == "青葉市"
    again = run("from-calendar", calendar, "--date", "2026-06-01", "-o", made)
    assert isinstance(again.exception, InputError) and "すでにファイルがあります" in str(again.exception)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    calendar, made = tmp_path / "予定.ics", tmp_path / "MEETING.json"
    calendar.write_text(ICS.format(more=""), "utf-8")
    asked = run("from-calendar", calendar, "-o", made)
    assert isinstance(asked.exception, InputError) and "繰り返し" in str(asked.exception) and not made.exists()
    done = run("from-calendar", calendar, "--date", "2026-06-01", "-o", made)
    assert done.exit_code == 1 and json.loads(made.read_text("utf-8"))["title"] == "防災会議"
    assert "不足：agenda：" in done.stderr and "不足：roster：" in done.stderr


def test_a_roster_alone(tmp_path: Path) -> None:
    roster, made = tmp_path / "名簿.csv", tmp_path / "MEETING.json"
    roster.write_text("氏名,所属\n山田太郎,青葉市\n", "utf-8")
    done = run("from-roster", roster, "-o", made)
    assert done.exit_code == 1 and json.loads(made.read_text("utf-8"))["roster"][0]["name"] == "山田太郎"
    assert "2行目「氏名」" in done.stderr
