"""The W3C's own cases: every cue they expect, with its id, times and text, and every tree of a cue's text."""

import json
import os
import re
from pathlib import Path

import pytest

from minutes.errors import InputError
from minutes.transcript import read_transcript
from minutes.transcript.cue_text import TokenKind, read_cue_text, tokens
from minutes.transcript.formats.webvtt import is_webvtt, parse
from minutes.transcript.fragment import Findings
from minutes.transcript.repair import decode_transcript

_ELEMENTS = {"c": "span", "v": "span", "lang": "span", "i": "i", "b": "b", "u": "u", "ruby": "ruby", "rt": "rt"}
_FIELD = re.compile(
    r"assert_equals\((?:cues\[(\d+)\]|cue)\.(id|text|startTime|endTime), (.+)\);|var cue = cues\[(\d+)\]"
)


def _cases(folder: str, pattern: str) -> list[Path]:
    root = os.environ.get("GIJIYOSHI_DATA")
    if not root:
        pytest.skip("GIJIYOSHI_DATA is not set: the W3C parsing cases are not available")
    found = sorted((Path(root) / "transcript-formats" / "w3c_webvtt" / folder).glob(pattern))
    assert found
    return found


def _literal(written: str) -> str | float:
    if written[0] in "'\"":
        return re.sub(r"\\u([0-9A-Fa-f]{4})", lambda m: chr(int(m[1], 16)), written[1:-1])
    return float(written)


def test_every_cue_of_the_file_cases():
    """Settings and regions place a cue on a screen; they say nothing of a meeting and are the one part not read."""
    checked = 0
    for path in _cases("wpt-file-parsing", "*.vtt"):
        text = decode_transcript(path.read_bytes())[0].text
        assert is_webvtt(text), path.name
        cues = parse(text, Findings())
        script = path.with_suffix(".js").read_text(encoding="utf-8")
        if count := re.search(r"cues\.length, (\d+)", script):
            assert len(cues) == int(count[1]), path.name
        current = 0
        for match in _FIELD.finditer(script):
            if match[4]:
                current = int(match[4])
                continue
            cue = cues[int(match[1] or current)]
            actual = {"id": cue.id, "text": cue.text, "startTime": cue.start, "endTime": cue.end}[match[2]]
            assert actual == _literal(match[3]), (path.name, match[0])
            checked += 1
        if cues:
            assert len(read_transcript(path.read_bytes()).utterances) == len(cues), path.name
        else:
            with pytest.raises(InputError):
                read_transcript(path.read_bytes())
    assert checked > 30


def _tree(text: str) -> str:
    """The tokens as the standard builds its tree of them, written as the cases write it."""
    out: list[str] = []
    open_tags: list[str] = []
    merge = False
    for token in tokens(text):
        indent = "| " + "  " * len(open_tags)
        if token.kind is TokenKind.TEXT:
            if merge:
                out[-1] = f'{out[-1][:-1]}{token.value}"'
            else:
                out.append(f'{indent}"{token.value}"')
            merge = True
            continue
        if (
            token.kind is TokenKind.START
            and token.value in _ELEMENTS
            and (token.value != "rt" or "ruby" in open_tags[-1:])
        ):
            out.append(f"{indent}<{_ELEMENTS[token.value]}>")
            if token.classes:
                out.append(f'{indent}  class="{" ".join(token.classes)}"')
            if token.value in ("v", "lang"):
                out.append(f'{indent}  {"title" if token.value == "v" else "lang"}="{token.annotation}"')
            open_tags.append(token.value)
            merge = False
        elif token.kind is TokenKind.END and open_tags:
            if token.value == open_tags[-1]:
                open_tags.pop()
                merge = False
            elif token.value == "ruby" and open_tags[-2:] == ["ruby", "rt"]:
                del open_tags[-2:]
                merge = False
    return "".join(line + "\n" for line in out)


def test_every_tree_of_the_cue_text_cases():
    cases = [case for path in _cases("wpt-cue-parsing", "*.json") for case in json.loads(path.read_text("utf-8"))]
    assert len(cases) > 50
    for case in cases:
        cue = case["text"].rstrip("\n")
        assert _tree(cue) == case["expectedTree"], case
        spoken = "".join(re.findall(r'^\|\s+"(.*)"$', case["expectedTree"], re.MULTILINE))
        assert read_cue_text(cue).text == spoken, case
        assert list(read_cue_text(cue).voices) == re.findall(r'title="(.+)"', case["expectedTree"])


def test_mozilla_japanese_cases():
    root = os.environ.get("GIJIYOSHI_DATA")
    if not root:
        pytest.skip("GIJIYOSHI_DATA is not set: the Japanese cue cases are not available")
    files = sorted((Path(root) / "transcript-formats" / "mozilla_vttjs").glob("*.vtt"))
    assert files
    for path in files:
        (utterance,) = read_transcript(path.read_bytes()).utterances
        assert utterance.text == "Payload", path.name
