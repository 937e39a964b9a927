"""``gijiyoshi read``: JSON on the output, what could not be read on the error output, columns by name."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.commands import app
from minutes.errors import InputError
from minutes.transcript import read_transcript


def test_notices_go_to_the_terminal_and_into_the_json(tmp_path: Path):
    file = tmp_path / "会議.txt"
    file.write_bytes(b"WEBVTT\r\n\r\n00:61.000 --> 00:62.000\r\nx\r\n\r\n00:01.000 --> 00:02.000\r\ny\r\n")
    result = CliRunner().invoke(app, ["read", str(file)])
    assert result.exit_code == 0
    shown = json.loads(result.stdout)
    assert [u["text"] for u in shown["utterances"]] == ["y"]
    assert [n["line"] for n in shown["notices"]] == [3] and {"what", "remedy"} <= shown["notices"][0].keys()
    assert result.stderr.startswith("3行目: ") and shown["notices"][0]["remedy"] in result.stderr


def test_columns_and_the_way_back(tmp_path: Path):
    file = tmp_path / "a.csv"
    file.write_text("だれ,なに\n平岡,はい。\n", encoding="cp932")
    result = CliRunner().invoke(app, ["read", str(file), "--columns", "話者=だれ,発言=なに"])
    again = read_transcript(result.stdout.encode())
    assert [(u.label, u.text) for u in again.utterances] == [("平岡", "はい。")]
    refused = CliRunner().invoke(app, ["read", str(file), "--columns", "だれ"])
    assert isinstance(refused.exception, InputError)


@pytest.mark.parametrize("name", ["meeting.vtt", "meeting.txt", "meeting.cp932.txt"])
def test_the_sample_has_nothing_to_report(name: str):
    result = CliRunner().invoke(app, ["read", str(Path(__file__).parents[2] / "samples" / name)])
    assert result.exit_code == 0 and result.stderr == ""


def test_draft_reads_the_same_columns_and_says_what_it_could_not_read(tmp_path: Path):
    file, out = tmp_path / "a.csv", tmp_path / "o.json"
    file.write_text("だれ,なに,いつ\n平岡,では、始めます。,x\n", encoding="cp932")
    meeting = str(Path(__file__).parents[2] / "samples" / "meeting.json")
    common = ["draft", str(file), "--meeting", meeting, "-o", str(out), "--columns"]
    result = CliRunner().invoke(app, [*common, "話者=だれ,発言=なに,開始=いつ"])
    assert result.exit_code == 0, result.output
    draft = json.loads(out.read_text(encoding="utf-8"))
    assert [(u["label"], u["text"]) for u in draft["utterances"]] == [("平岡", "では、始めます。")]
    assert [(n["place"], n["utterance_id"]) for n in draft["notices"]] == [("2行目", "u0001")]
    assert result.stderr.startswith("2行目: 時刻「x」を読めません。")
    for bad in ("だれ", "話者=だれ,発言=ことば"):
        refused = CliRunner().invoke(app, [*common, bad])
        assert isinstance(refused.exception, InputError) and refused.exception.where == "columns"
