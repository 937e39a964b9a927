"""Processor seconds to read a megabyte of transcript: of a file of 2 MB and of one of 20 MB, by format. The ratio tells growth."""

import json
import time
from collections.abc import Callable

from bench.meeting import units
from minutes.transcript import read_transcript

_MB = 1_000_000
_SIZES = (2, 20)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _cue(n: int, name: str, text: str) -> str:
    return f"{_clock(n)}.000 --> {_clock(n + 1)}.000\n<v {name}>{text}</v>\n\n"


_FORMATS: dict[str, tuple[str, Callable[[int, str, str], str], str]] = {
    "WebVTT": ("WEBVTT\n\n", _cue, ""),
    "SRT": ("", lambda n, name, text: f"{n}\n{_clock(n)},000 --> {_clock(n + 1)},000\n{name}: {text}\n\n", ""),
    "marked text": ("", lambda _, name, text: f"○{name}　{text}\n\n", ""),
    "name: text": ("", lambda _, name, text: f"{name}：{text}\n", ""),
    "names and times": ("", lambda n, name, text: f"{name}  {_clock(n)}\n{text}\n\n", ""),
    "CSV": ("時刻,話者,発言\n", lambda n, name, text: f'{_clock(n)},{name},"{text}"\n', ""),
    "JSON": (
        "[",
        lambda n, name, text: json.dumps({"speaker": name, "start": n, "text": text}, ensure_ascii=False) + ",\n",
        '{"text": "以上です。"}]',
    ),
}


def _file(kind: str, megabytes: int, spoken: list[str]) -> bytes:
    head, line, foot = _FORMATS[kind]
    parts = [head]
    size = n = 0
    while size < megabytes * _MB:
        n += 1
        parts.append(line(n, f"第{n % 9}委員", spoken[n % len(spoken)]))
        size += len(parts[-1].encode())
    return ("".join(parts) + foot).encode()


def _seconds_per_megabyte(data: bytes, rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.process_time()
        read_transcript(data)
        times.append(time.process_time() - start)
    return min(times) / (len(data) / _MB)


def main() -> None:
    spoken = [u.text for unit in units(30_000) for u in unit.utterances]
    print(f"reading, seconds for each MB   {'':4}{_SIZES[0]:>3} MB    {_SIZES[1]:>3} MB    ratio")
    for kind in _FORMATS:
        small, large = (_seconds_per_megabyte(_file(kind, size, spoken), 22 // size + 1) for size in _SIZES)
        print(f"{kind:30} {small:10.3f} {large:9.3f} {large / small:9.2f}")


if __name__ == "__main__":
    main()
