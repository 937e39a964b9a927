"""`gijiyoshi evaluate --model`: a run that is killed or interrupted goes on where it was, and asks each unit once."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from right_answers import RightAnswers
from scripted_backend import lines_of, reply_json
from scripted_server import MODEL, says, serving
from typer.testing import CliRunner

from cli.commands import app
from evaluation.trial.material import materials

PATIENCE = 60.0


def unit_of(asked):
    return tuple(lines_of(asked.user))


def until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


@pytest.fixture
def run(tmp_path):
    """Starts the command on the first fictional meeting, in a folder of its own; what it started is stopped."""
    started = []

    def start(url):
        settings = {k: v for k, v in os.environ.items() if not k.startswith("GIJIYOSHI_")} | {
            "GIJIYOSHI_OPENAI_BASE_URL": url,
            "GIJIYOSHI_OPENAI_MODEL": MODEL,
            "GIJIYOSHI_OPENAI_SLOTS": "1",
        }
        command = [sys.executable, "-m", "cli.main", "evaluate", "--model", "openai", "--only", "fictional"]
        command += ["--limit", "1", "-o", str(tmp_path / "report.md"), "--page", str(tmp_path / "page.html")]
        started.append(subprocess.Popen(command, env=settings, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.wait()
        each.stderr.close()


def test_after_a_kill_and_an_interruption_only_what_is_left_is_asked(run, tmp_path):
    answers = RightAnswers(materials(None, ("fictional",), 1))
    held = {5, 9}
    """Requests that are not answered before the next run asks."""

    async def pausing(asked):
        while len(server.asked) in held:
            await asyncio.sleep(0.02)
        return says(reply_json(answers.to(asked)))

    def kept():
        return len(list((tmp_path / "report.state").rglob("*.json")))

    def kept_while_held(request):
        """How many units are kept while that request waits for its answer: all that can be without it."""
        until(lambda: len(server.asked) == request)
        before = -1
        while before != (before := kept()):
            time.sleep(1.0)
        return before

    def asked_about():
        return Counter(unit_of(each) for each in server.asked if not each.repair)

    with serving(pausing) as server:
        killed = run(server.url)
        first = kept_while_held(5)
        killed.kill()
        killed.wait()
        assert 0 < first < 5
        interrupted = run(server.url)
        second = kept_while_held(9)
        interrupted.send_signal(signal.SIGINT)
        _, told = interrupted.communicate(timeout=PATIENCE)
        assert interrupted.returncode == 130 and "同じ命令をもう一度実行すると" in told
        assert not (tmp_path / "report.md").exists() and first < second == kept()
        earlier = asked_about()
        finished = run(server.url)
        _, told = finished.communicate(timeout=PATIENCE)
        assert finished.returncode == 0, told
        assert "[1/1] fictional budget_questions" in told and f"保存済み {second}" in told
        assert (asked_about() - earlier).total() == kept() - second
        assert len(asked_about()) == kept()
        report, before = (tmp_path / "report.md").read_bytes(), len(server.asked)
        run(server.url).communicate(timeout=PATIENCE)
        assert len(server.asked) == before and (tmp_path / "report.md").read_bytes() == report
        assert "素案の読み比べ" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_the_extractive_model_is_measured_without_any_server(tmp_path, monkeypatch):
    monkeypatch.delenv("GIJIYOSHI_DATA", raising=False)
    output = tmp_path / "extractive.md"
    done = CliRunner().invoke(app, ["evaluate", "--model", "extractive", "--limit", "1", "-o", str(output)])
    assert done.exit_code == 0, done.output
    assert output.read_text(encoding="utf-8").startswith("# 要約モデルの測定：extractive（")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--page", "page.html"], "--page は、--model と一緒に"),
        (["--model", "gpt"], "要約モデル「gpt」はありません"),
        (["--model", "extractive", "--price-in", "100"], "価格が一方しか"),
        (["--model", "extractive", "--only", "kiryu"], "測る会議がありません"),
        (["--model", "extractive", "--page", "none/page.html"], "フォルダーがありません"),
        (["--model", "extractive", "--state", "taken/state"], "フォルダーを作れません"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_asked(arguments, said, tmp_path, monkeypatch):
    monkeypatch.delenv("GIJIYOSHI_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("", encoding="utf-8")
    done = CliRunner().invoke(app, ["evaluate", "-o", "out.md", *arguments])
    assert done.exit_code != 0 and said in str(done.exception)
    assert not (tmp_path / "out.md").exists()
