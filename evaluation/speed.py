"""Seconds and memory of the way from bytes to a checked draft, in a process of its own.

``python -m evaluation.speed DIR CHARACTERS`` drafts a small meeting first, so that no loading is counted, then one of
that many characters, and prints the figures as JSON.
"""

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from evaluation.datasets.kiryu import read_kiryu
from evaluation.datasets.record import Record, Speech
from evaluation.report import Section, Target, table

SIZES = (30_000, 150_000, 600_000)
_WARMING = 3_000


@dataclass(frozen=True)
class Run:
    characters: int
    seconds: float
    processor: float
    """Seconds of all processor cores together: what a busy machine does not change."""
    megabytes: float

    @property
    def per_30000(self) -> float:
        return self.seconds * 30_000 / self.characters


def speed_section(data: Path) -> Section:
    runs = [_measured(data, size) for size in SIZES]
    first, last = runs[0], runs[-1]
    growth = last.per_30000 / first.per_30000
    peak = max(each.megabytes for each in runs)
    return Section(
        name="speed",
        title="速度",
        targets=(
            Target("3万字の素案（読込みを除く）", "1.0 秒以内", f"{first.seconds:.2f} 秒", first.seconds <= 1.0),
            Target("60万字での3万字当たりの時間の伸び", "1.5 倍以内", f"{growth:.2f} 倍", growth <= 1.5),
            Target("最大の記憶量（60万字）", "600 MB 以下", f"{peak:.0f} MB", peak <= 600),
        ),
        body="桐生の会議録をつなげた1つの会議を、別のプロセスで素案にする。時間は計算機によって異なる。\n\n"
        + table(
            ("文字数", "秒", "CPU 時間（秒）", "3万字当たりの秒", "最大の記憶量 MB"),
            (
                (
                    f"{each.characters:,}",
                    f"{each.seconds:.2f}",
                    f"{each.processor:.2f}",
                    f"{each.per_30000:.2f}",
                    f"{each.megabytes:.0f}",
                )
                for each in runs
            ),
        ),
    )


def long_record(data: Path, characters: int) -> Record:
    """Debates one after another, from the first again where they do not suffice, as one meeting."""
    records = read_kiryu(data)
    people = {each.aliases[0]: each for record in records for each in reversed(record.meeting.roster)}
    roster = tuple(each.model_copy(update={"id": f"p{n}"}) for n, each in enumerate(people.values(), 1))
    speeches: list[Speech] = []
    size = 0
    while size < characters:
        for speech in (each for record in records for each in record.speeches):
            if size >= characters:
                break
            speeches.append(speech)
            size += len(speech.text)
    meeting = records[0].meeting.model_copy(update={"roster": roster})
    return Record(name="long", meeting=meeting, speeches=tuple(speeches))


def _measured(data: Path, characters: int) -> Run:
    command = [sys.executable, "-m", "evaluation.speed", str(data), str(characters)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Run(**json.loads(done.stdout))


def _main(data: Path, characters: int) -> None:
    from evaluation.drafting import draft_record

    draft_record(long_record(data, _WARMING))
    record = long_record(data, characters)
    start, worked = time.perf_counter(), time.process_time()
    draft_record(record)
    seconds, processor = time.perf_counter() - start, time.process_time() - worked
    # Linux counts kilobytes, macOS bytes.
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    print(
        json.dumps(
            {
                "characters": sum(len(each.text) for each in record.speeches),
                "seconds": seconds,
                "processor": processor,
                "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit,
            }
        )
    )


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
