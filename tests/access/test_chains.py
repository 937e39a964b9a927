"""Chains as data: what a file may say, and where a meeting stands after any course of events."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.errors import InputError
from service.app import create_app
from service.auth import Role
from service.meetings.chain import Chain, Step, StepKind
from service.meetings.chains import STANDARD, find_chain, load_chains, parse_chain, standard
from service.meetings.standing import Outcome, after, current_step, standing
from service.settings import Settings

GOOD = """
id: own
name: 自分の流れ
steps:
  - {id: check, name: 確認, kind: check, roles: [確認者]}
  - {id: a, name: 課長承認, kind: approval, roles: [承認者], also: [earlier], days: 3}
  - {id: b, name: 部長承認, kind: approval, roles: [承認者]}
"""


def test_those_of_the_program_are_whole() -> None:
    assert {STANDARD, "council", "two_checks"} <= set(load_chains())
    chain = standard()
    assert [step.kind for step in chain.steps] == [StepKind.CHECK, StepKind.SPEAKERS, StepKind.APPROVAL]
    assert chain.steps[-1].roles == (Role.APPROVER,) and chain.steps[1].optional


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("id: b, name: 部長承認", "id: a, name: 部長承認", "同じ id"),
        ("name: 部長承認, kind: approval, roles: [承認者]", "name: 部長承認, kind: approval, roles: [確認者]", "最後の段階"),
        ("部長承認, kind: approval, roles: [承認者]", "部長承認, kind: approval, roles: [承認者], also: [maker]", "最後の段階"),
        ("部長承認, kind: approval, roles: [承認者]", "部長承認, kind: approval, roles: [承認者], optional: true", "最後の段階"),
        ("kind: check", "kind: approval", "の順に"),
        ("roles: [確認者]", "roles: [係員]", "選べない値"),
        ("days: 3", "days: three", "a.days" ),
        ("name: 自分の流れ", "nmae: 自分の流れ", "必須の項目"),
        ("roles: [確認者]}", "roles: [確認者], optional: true}", "省けません"),
        ("steps:", "steps: [", "YAML"),
        ("id: own", "id: other", "ファイル名"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_by_place(old: str, new: str, what: str) -> None:
    parse_chain(GOOD.encode(), where="own.yaml")
    with pytest.raises(InputError) as caught:
        parse_chain(GOOD.replace(old, new).encode(), where="own.yaml")
    told = str(caught.value)
    assert "own.yaml" in told
    assert what in told or what == "a.days"


def test_a_folder_adds_and_replaces_and_is_checked_at_start(tmp_path: Path) -> None:
    chains = tmp_path / "chains"
    chains.mkdir()
    (chains / "own.yaml").write_text(GOOD, encoding="utf-8")
    assert find_chain("own", chains).approvals[1].name == "部長承認"
    assert find_chain(STANDARD, chains) == standard()
    settings = Settings(data_dir=tmp_path, chain="own", chains_dir=chains)
    create_app(settings).state.engine.dispose()
    with pytest.raises(InputError, match="ありません"):
        create_app(Settings(data_dir=tmp_path, chain="none", chains_dir=chains))
    (chains / "bad.yaml").write_text("id: bad", encoding="utf-8")
    load_chains.cache_clear()
    with pytest.raises(InputError, match=r"bad\.yaml"):
        create_app(settings)
    load_chains.cache_clear()


@dataclass(frozen=True)
class Row:
    step: str
    outcome: str
    to_step: str | None = None


steps = st.integers(1, 4).map(
    lambda count: Chain(
        id="x",
        name="x",
        steps=(
            Step(id="check", name="c", kind=StepKind.CHECK, roles=(Role.CHECKER,)),
            Step(id="speakers", name="s", kind=StepKind.SPEAKERS, roles=(Role.CHECKER,), optional=True),
            *(Step(id=f"a{n}", name="a", kind=StepKind.APPROVAL, roles=(Role.APPROVER,)) for n in range(count)),
        ),
    )
)


@given(
    chain=steps,
    course=st.lists(st.tuples(st.sampled_from(["sign", "return", "withdraw"]), st.integers(0, 5)), max_size=20),
)
def test_the_line_is_always_a_beginning_of_the_chain(chain: Chain, course: Sequence[tuple[str, int]]) -> None:
    """Signed steps have no hole, a return opens everything from its target on, and the last signature leaves none due."""
    rows: list[Row] = [Row("check", Outcome.SIGNED), Row("speakers", Outcome.LEFT_OUT)]
    state = "承認待ち"
    for what, number in course:
        counts = standing(chain, rows)
        due = current_step(chain, state, counts)
        if due is None:
            break
        if state != "承認待ち":
            rows.append(Row(due.id, Outcome.SIGNED))
            if due.kind is StepKind.CHECK:
                rows.append(Row("speakers", Outcome.LEFT_OUT))
            state = "承認待ち"
        elif what == "sign":
            following = after(chain, due, counts)
            rows.append(Row(due.id, Outcome.SIGNED))
            state = "承認待ち" if following else "承認済"
            assert current_step(chain, state, standing(chain, rows)) == following
        else:
            before = chain.before(due)
            target = before[number % len(before)] if what == "return" else chain.check
            rows.append(Row(due.id, Outcome.RETURNED if what == "return" else Outcome.WITHDRAWN, target.id))
            state = {"check": "確認待ち", "speakers": "発言者確認", "approval": "承認待ち"}[target.kind]
            left = standing(chain, rows)
            assert set(left) == {step.id for step in chain.before(target)}
            assert current_step(chain, state, left) == target
        done = [step.id in standing(chain, rows) for step in chain.steps]
        assert done == sorted(done, reverse=True)
    assert (state == "承認済") == all(step.id in standing(chain, rows) for step in chain.steps)
