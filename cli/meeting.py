"""`gijiyoshi meeting`: the meeting file from what an office has anyway, without a server."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from minutes.meeting_draft import FromFile

meeting = typer.Typer(help="会議情報のファイル（MEETING.json）を作る", no_args_is_help=True)

Output = Annotated[Path, typer.Option("-o", "--output", help="書き出す会議情報のファイル（JSON）")]


@meeting.command("from-calendar")
def from_calendar(
    file: Annotated[Path, typer.Argument(help="予定表から書き出したファイル（iCalendar、.ics）")],
    *,
    output: Output,
    roster: Annotated[Path | None, typer.Option(help="名簿（CSV か Excel の .xlsx）")] = None,
    event: Annotated[int | None, typer.Option(min=1, help="予定の番号（予定がいくつもあるとき）")] = None,
    date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="会議のあった日（繰り返しの予定のとき）")
    ] = None,
) -> None:
    """予定表の件名、日時、場所、議題、参加者を会議情報にします。足りない項目があれば示し、終了状態 1 で終わります。"""
    from cli.files import read_bytes
    from minutes.calendar_file import read_calendar
    from minutes.meeting_draft import with_roster
    from minutes.roster_file import read_roster

    found = read_calendar(read_bytes(file)).draft(event, date.date() if date else None)
    if roster is not None:
        found = with_roster(found, read_roster(read_bytes(roster)))
    _write(found, output)


@meeting.command("from-roster")
def from_roster(file: Annotated[Path, typer.Argument(help="名簿（CSV か Excel の .xlsx）")], *, output: Output) -> None:
    """名簿の出席者だけの会議情報を書きます。ほかの項目を補ってから使います（終了状態 1）。"""
    from cli.files import read_bytes
    from minutes.roster_file import read_roster

    _write(read_roster(read_bytes(file)), output)


def _write(found: "FromFile", output: Path) -> None:
    """The file, never over another one; on the terminal what is to be looked at and what is still missing."""
    import json

    from cli.files import check_writable, write_bytes
    from minutes.errors import InputError
    from minutes.meeting_input import parse_meeting

    check_writable(output)
    if output.exists():
        raise InputError("すでにファイルがあります。", where=str(output), remedy="別の名前を指定してください。")
    text = json.dumps(found.draft.as_meeting_file(), ensure_ascii=False, indent=2) + "\n"
    write_bytes(output, text.encode())
    for note in found.notes:
        typer.echo(f"確認：{note.where}：{note.what}{note.remedy}", err=True)
    try:
        parse_meeting(text)
    except InputError as error:
        typer.echo(f"{output} に書きました。使う前に、次の項目を補ってください。", err=True)
        for problem in error.problems:
            typer.echo(f"不足：{problem.where}：{problem.what}{problem.remedy}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{output} に書きました。", err=True)
