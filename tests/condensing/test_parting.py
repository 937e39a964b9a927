"""Overlong sentences are parted at a joint that only goes on, never where the second half takes the first back."""

import pytest

from minutes.style import half_width, shorter

GOES_ON = (
    "本市の窓口では、令和6年度から全ての手続について予約の仕組みを取り入れ、住民の方の待ち時間を平均で40分から12分に短縮することができているが、"
    "令和8年度には県内の6団体と共同で運用する計画であり、参加する団体の人口に応じて費用を分担することを考えているので、9月までに手引を示したい。"
)


def test_an_overlong_sentence_becomes_two() -> None:
    first, second = shorter(GOES_ON)
    assert first.endswith("短縮することができている。")
    assert second.startswith("令和8年度には県内の6団体と共同で")
    assert first[:-1] + "が、" + second == GOES_ON


def test_short_sentences_and_contrasts_stay_whole() -> None:
    assert shorter("努力しているが、現時点では難しい。") == ("努力しているが、現時点では難しい。",)
    contrast = GOES_ON.replace(
        "令和8年度には県内の6団体と共同で運用する", "現時点では県内の6団体と共同で運用することは難しい"
    )
    assert shorter(contrast) == (contrast,)
    wish = GOES_ON.replace("短縮することができているが", "短縮したいとは思っているが")
    assert shorter(wish) == (wish,)


def test_a_subject_marked_by_ga_is_no_joint() -> None:
    text = "あ" * 60 + "するのが、" + "い" * 80 + "。"
    assert shorter(text) == (text,)


def _with(before: str, after: str) -> str:
    """Long enough to be parted, with one joint between the two."""
    return f"{before}が、{after}"


_TAIL = "令和8年度には県内の6団体と共同で運用する計画であり、参加する団体の人口に応じて費用を分担することを考えているので、9月までに手引を示したい。"
_BODY = "全ての手続について予約の仕組みを取り入れ、住民の方の待ち時間を平均で40分から12分に短縮することができている"


@pytest.mark.parametrize(
    "sentence",
    [
        # 困難を waits for 反映させたい; a cut would leave it hanging.
        _with(f"現地で感じた困難を、{_BODY}と思う", _TAIL.replace("手引を示したい", "手引に反映させたい")),
        # という modifies a noun after the joint.
        _with(f"予約を取り入れるという、{_BODY}と聞く", _TAIL),
        # An aside within a chain of acts.
        _with(f"{_BODY}窓口を訪ねて、日を忘れた", _TAIL),
        _with(f"{_BODY}ほかにも、先ほど意見として出ていた", _TAIL),
        # The second half may take the first into what was reported.
        _with(
            _BODY,
            "費用を分担すると聞いている計画に県内の6団体と共同で取り組むことを考えているので、9月までに手引を示したい。",
        ),
        # よく言われるのは、 waits for what is said.
        _with(f"よく言われるのは、{_BODY}", _TAIL + "という考え方である。"),
        # A list left open.
        _with(f"事業規模の内訳や、{_BODY}", _TAIL),
    ],
)
def test_a_sentence_without_a_safe_joint_stays_whole(sentence: str) -> None:
    assert len(sentence) > 100
    long = sentence if len(sentence) > 120 else "本市の全ての窓口におきましても、" + sentence
    assert shorter(long) == (long,)


def test_a_topic_of_its_own_may_follow() -> None:
    parts = shorter(_with(f"本市の窓口では、{_BODY}", "費用は" + _TAIL))
    assert [part[-5:] for part in parts] == ["できている。"[-5:], "示したい。"]


def test_quotations_are_not_parted() -> None:
    quoted = "「" + GOES_ON.rstrip("。") + "」という意見があった。"
    assert shorter(quoted) == (quoted,)


def test_figures_have_one_width() -> None:
    assert half_width("２１自治体の９７．３％がＤＸを（仮称）") == "21自治体の97.3％がDXを（仮称）"
