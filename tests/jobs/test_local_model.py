"""A language model in the worker's child: killed while it writes, taken up again by another."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from service.db.engine import reading
from service.db.tables import StageResult

pytest.importorskip("torch", reason="the extra [transformers] is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def with_model(installation: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The installation with a worker that has a tiny model, one reply at a time."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "transformers_local"))
    import tiny_models

    installation.kill("worker")
    llama = tiny_models.llama(tmp_path / "llama")
    installation.more = {
        "GIJIYOSHI_TRANSFORMERS_MODEL": str(tiny_models.outspoken(llama, tmp_path / "brief", 8.0)),
        "GIJIYOSHI_TRANSFORMERS_THREADS": "1",
        "GIJIYOSHI_TRANSFORMERS_BATCH_SIZE": "1",
    }
    installation.start_worker()
    yield installation
    installation.more = {}


def results(installation: Any, meeting_id: str) -> dict[str, tuple[str, int]]:
    """By unit, what was saved for it and in which row."""
    with reading(installation.engine) as session:
        query = select(StageResult).where(StageResult.subject_id == meeting_id, StageResult.stage == "condense")
        return {row.part: (row.payload, row.attempt) for row in session.scalars(query)}


def uses_torch(process: int) -> bool:
    return "libtorch" in Path(f"/proc/{process}/maps").read_text()


def test_killed_while_it_writes_it_goes_on_at_the_next_unit(with_model: Any) -> None:
    meeting_id, job_id = with_model.new_meeting("local")
    with_model.until(lambda: len(with_model.saved_units(meeting_id)) >= 2, 120, "two units written")
    child = with_model.worker_child()
    assert uses_torch(child) and not uses_torch(with_model.processes["worker"].pid)
    os.kill(child, signal.SIGKILL)
    saved = results(with_model, meeting_id)
    asked_before = len(with_model.started_units())
    assert len(saved) < asked_before

    with_model.kill("worker")
    # All at once: the rest is not what is looked at.
    with_model.more["GIJIYOSHI_TRANSFORMERS_BATCH_SIZE"] = "40"
    with_model.start_worker()
    with_model.until_state(job_id, "succeeded", 200)
    asked_again = with_model.started_units()[asked_before:]
    assert set(asked_again).isdisjoint(saved)
    finished = results(with_model, meeting_id)
    assert {unit: finished[unit] for unit in saved} == saved
    assert set(finished) == {*saved, *asked_again}
    assert with_model.drafts(meeting_id) == 1


def test_a_model_that_is_not_there_fails_the_job_with_what_to_do(with_model: Any) -> None:
    with_model.kill("worker")
    with_model.more["GIJIYOSHI_TRANSFORMERS_MODEL"] = "/models/nothing"
    with_model.start_worker()
    _, job_id = with_model.new_meeting("local")
    with_model.until_state(job_id, "failed", 120)
    job = with_model.job(job_id)
    assert (job.attempt, job.error_category) == (1, "model")
    assert "GIJIYOSHI_TRANSFORMERS_MODEL" in job.error_public and "フォルダーがありません" in job.error_public
