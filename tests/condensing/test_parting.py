"""Overlong sentences are parted at a joint that only goes on, never where the second half takes the first back."""

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


def test_quotations_are_not_parted() -> None:
    quoted = "「" + GOES_ON.rstrip("。") + "」という意見があった。"
    assert shorter(quoted) == (quoted,)


def test_figures_have_one_width() -> None:
    assert half_width("２１自治体の９７．３％がＤＸを（仮称）") == "21自治体の97.3％がDXを（仮称）"
