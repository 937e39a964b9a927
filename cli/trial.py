"""`gijiyoshi evaluate --model NAME`: the meetings at hand drafted by one model, measured and set beside the extractive
drafts."""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from cli.evaluation import data_folder
from cli.files import check_writable, write_bytes
from cli.settings import settings
from evaluation.trial.material import materials
from evaluation.trial.page import page
from evaluation.trial.report import Conditions, Prices, report
from evaluation.trial.running import Outcome, Trial, outcomes
from minutes.errors import InputError
from minutes.os_errors import reason
from minutes.profiles import load_profile
from minutes.stopping import Stopped
from models.registry import MODEL_NAMES
from workers.works import load_registered

INTERRUPTED = 130
"""The exit status of a command that Ctrl-C ended."""


def try_model(
    model: str,
    output: Path,
    *,
    data: Path | None,
    only: Sequence[str],
    limit: int | None,
    state: Path | None,
    html: Path | None,
    prices: Prices | None,
) -> int:
    """Write the report, and the page if one is wanted; the exit status. Raises InputError."""
    if model not in MODEL_NAMES:
        raise InputError(
            f"要約モデル「{model}」はありません。",
            where="--model",
            remedy=f"次から選んでください：{'、'.join(MODEL_NAMES)}。",
        )
    for path in (output, html) if html is not None else (output,):
        check_writable(path)
    profile = load_profile(settings().profile)
    meetings = materials(data_folder(data), only, limit)
    load_registered(model)
    folder = _usable(state or output.with_suffix(".state"))
    found: list[Outcome] = []
    with _interruptible() as stopping:
        trial = Trial(model, load_registered, profile, folder, cancelled=stopping.is_set, tell=_tell)
        try:
            found.extend(outcomes(trial, meetings))
        except Stopped:
            _tell(
                f"止めました。ここまでの結果は {folder} に残っています。"
                "同じ命令をもう一度実行すると、残りだけを問い合わせます。"
            )
            return INTERRUPTED
        except OSError as error:
            raise InputError(
                f"途中の結果を書けません（{reason(error)}）。",
                where=str(folder),
                remedy="空き容量と権限を確かめて、同じ命令をもう一度実行してください。済んだところは問い合わせません。",
            ) from error
    conditions = Conditions(profile=profile, asked=len(meetings), limit=limit, prices=prices)
    write_bytes(output, report(found, conditions).encode())
    if html is not None:
        write_bytes(html, page(found, conditions).encode())
    _tell(_done(found, output, html, folder))
    return 0


def prices_of(prompt: float | None, completion: float | None) -> Prices | None:
    """Raises InputError where only one of the two is known: half a price is no price."""
    if prompt is None and completion is None:
        return None
    if prompt is None or completion is None:
        raise InputError(
            "価格が一方しか指定されていません。",
            where="--price-in、--price-out",
            remedy="入力と出力の両方を指定してください（無料なら 0）。",
        )
    return Prices(prompt, completion)


def _done(found: Sequence[Outcome], output: Path, html: Path | None, state: Path) -> str:
    silent = sum(each.work.unanswered for each in found)
    trouble = (
        f"モデルのサーバーが {silent} 回答えなかったため、この数字では判断できません。"
        "サーバーを直して同じ命令をもう一度実行してください。"
        if silent
        else ""
    )
    places = f"{output} に、読み比べの頁を {html}" if html is not None else str(output)
    return f"測定の結果を {places} に書きました（モデルの返答は {state} に残っています）。{trouble}"


def _usable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"途中の結果を置くフォルダーを作れません（{reason(error)}）。",
            where=str(folder),
            remedy="--state に、書込みのできるフォルダーを指定してください。",
        ) from error
    return folder


@contextmanager
def _interruptible() -> Iterator[Event]:
    """Set by the first Ctrl-C or TERM, so that what is done is kept; a second Ctrl-C ends the process at once."""
    stopping = Event()

    def stop(_number: int, _frame: object) -> None:
        stopping.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
