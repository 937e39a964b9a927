"""`gijiyoshi read` and `gijiyoshi draft`: the pipeline with a store in memory, no server."""

from collections import Counter
from pathlib import Path
from typing import Literal

from cli.files import check_writable, read_bytes, write_bytes
from cli.settings import settings
from minutes.backends import MODEL_NAMES
from minutes.document import Severity
from minutes.errors import InputError
from minutes.meeting_input import parse_meeting
from minutes.profiles import load_profile
from minutes.public import public_view
from minutes.render import render
from minutes.transcript import ColumnMap, as_json, parse_columns, read_transcript
from models.pipeline import Inputs, MemoryStore, make_draft
from workers.works import load_registered

Format = Literal["txt", "html", "docx", "pdf", "json"]
FORMATS: tuple[Format, ...] = ("txt", "docx", "pdf", "html", "json")


def read_file(path: Path, columns: str | None) -> tuple[str, list[str]]:
    """The transcript as JSON, and a line for the terminal for each part that could not be read. Raises InputError."""
    transcript = read_transcript(read_bytes(path), path.name, columns=_columns(columns))
    notices = [f"{transcript.place(notice.line)}: {notice.what}{notice.remedy}" for notice in transcript.notices]
    return as_json(transcript).rstrip("\n"), notices


def draft_file(
    transcript: Path,
    meeting: Path,
    output: Path,
    *,
    profile: str | None,
    model: str | None,
    columns: str | None,
    public: bool,
) -> str:
    """Write the draft to ``output`` in the format of its ending; lines for the terminal: what could not be read, then
    what was written. Raises InputError."""
    chosen = _format(output)
    check_writable(output)
    house_style = load_profile(profile or settings().profile)
    model_name = model or settings().model
    if model_name not in MODEL_NAMES:
        raise InputError(
            f"要約モデル「{model_name}」はありません。",
            where="--model",
            remedy=f"次から選んでください：{'、'.join(MODEL_NAMES)}。",
        )
    inputs = Inputs(
        transcript=read_bytes(transcript),
        filename=transcript.name,
        meeting=parse_meeting(read_bytes(meeting)),
        profile=house_style,
        model_name=model_name,
        columns=_columns(columns),
    )
    document = make_draft(inputs, load_registered, MemoryStore())
    shown = public_view(document) if public else document
    write_bytes(output, render(shown, house_style, chosen))
    findings = Counter(finding.severity for finding in document.findings)
    edition = "公開版" if public else "素案"
    done = (
        f"{edition}を {output} に書きました"
        f"（指摘: 誤り {findings[Severity.ERROR]} 件、注意 {findings[Severity.WARN]} 件。"
        f"{document.provenance.model.note}）。"
    )
    return "\n".join([*(f"{notice.place}: {notice.what}{notice.remedy}" for notice in document.notices), done])


def _columns(written: str | None) -> ColumnMap | None:
    return parse_columns(written) if written is not None else None


def _format(output: Path) -> Format:
    ending = output.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise InputError(
            "書き出す形式が分かりません。",
            where=str(output),
            remedy=f"ファイル名の終わりを {'、'.join('.' + f for f in FORMATS)} のどれかにしてください。",
        )
    return ending
