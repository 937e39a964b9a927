"""The READMEs are run: what they tell a newcomer to type is typed, word by word, at a live service."""

import json
import re
import shutil
import signal
import sys
from collections.abc import Iterator

import docx
import pytest
from live_service import MAKE, ROOT, Service, started

# Each wait has a limit of its own, which says what was waited for.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

READMES = ["README.md", "README.ja.md"]
BETWEEN = "\x1e"
TITLE = "第3回青嶺県・市町村デジタル推進協議会 議事要旨"


def shell_blocks(readme: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def block_with(readme: str, words: str) -> str:
    (block,) = [block for block in shell_blocks(readme) if words in block]
    return block


def commands(block: str) -> list[str]:
    """One for each command; a line that ends in a backslash or a pipe goes on."""
    whole = re.sub(r"(\\|\|)\n\s*", lambda m: "| " if m[1] == "|" else "", block)
    return [line for line in whole.splitlines() if line.strip() and not line.startswith("#")]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """By `make run`, stopped by Ctrl-C."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "samples").symlink_to(ROOT / "samples")
    (folder / ".venv").symlink_to(sys.prefix)
    # curl's own settings, so that the READMEs' words stay as they are: each answer's status goes to the error stream.
    (folder / ".curlrc").write_text('write-out = "%{stderr}%{http_code} %{method}\\n"\n')
    assert "make run" in commands(shell_blocks("README.md")[0])[0]
    with started(folder, [*MAKE, "run"], signal.SIGINT) as running:
        yield running


def typed(service: Service, block: str) -> tuple[list[str], list[str]]:
    """What each command printed, and the statuses that curl saw. Only the port is another."""
    words = commands(block.replace("127.0.0.1:8000", f"127.0.0.1:{service.port}"))
    script = f"\nprintf '{BETWEEN}'\n".join(words)
    here = service.data.parent
    done = service.run("env", f"HOME={here}", "bash", "-euo", "pipefail", "-c", script, cwd=here)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split(BETWEEN), done.stderr.splitlines()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl が入っていない")
@pytest.mark.parametrize("readme", READMES)
def test_the_curl_lines(service: Service, readme: str) -> None:
    outputs, statuses = typed(service, block_with(readme, "curl"))
    assert statuses == ["202 POST", "200 GET", "200 GET", "200 GET", "200 GET"]
    events, meeting, draft, text = outputs[-4:]
    assert "event: end" in events
    assert json.loads(meeting)["state"] == "確認待ち"
    document = json.loads(draft)
    spoken = {u["id"] for u in document["utterances"]}
    cited = {e for s in document["sections"] for b in s["blocks"] for x in b["sentences"] for e in x["evidence"]}
    assert cited
    assert cited <= spoken
    assert text.splitlines()[0].strip() == TITLE


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl が入っていない")
def test_the_same_key_again_makes_no_second_meeting(service: Service) -> None:
    """The README says so."""
    block = block_with("README.md", "curl").replace("readme-1", "readme-again")
    asked = commands(block)[:3]
    assert asked[-1].startswith("ID=")
    outputs, _ = typed(service, "\n".join([*asked, 'echo "$ID"', asked[-1], 'echo "$ID"']))
    assert outputs[3].strip() == outputs[5].strip() != ""


@pytest.mark.parametrize("readme", READMES)
def test_the_lines_without_a_server(service: Service, readme: str) -> None:
    outputs, _ = typed(service, block_with(readme, "gijiyoshi draft"))
    assert json.loads(outputs[0])["encoding"] == "cp932"
    assert docx.Document(str(service.data.parent / "out.docx")).paragraphs[0].text == TITLE


def test_make_demo(service: Service) -> None:
    done = service.run(*MAKE, "demo")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].strip() == TITLE
    assert "作成中" in done.stderr or "順番を待っています" in done.stderr
    assert f"{service.url}/meetings/" in done.stderr


def test_the_first_start_says_where_and_how_to_sign_in(service: Service) -> None:
    assert f"{service.url}/ で使えます" in service.said()
    for role in ("登録者", "確認者", "承認者", "監査者", "管理者"):
        assert re.search(rf"{role}  ログイン名 \w+ +パスワード \S+", service.said())


@pytest.mark.parametrize("page", [*READMES, *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))])
def test_what_a_page_names_is_there(page: str) -> None:
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"^(?:\w+=\S+ )*make ([a-z-]+)", "\n".join(shell_blocks(str(path))), re.MULTILINE)) <= targets
    assert set(re.findall(r"`(?:\w+=\S+ )*make ([a-z-]+)`", text)) <= targets
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (path.parent / link).exists()] == []
