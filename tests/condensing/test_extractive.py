"""The extractive backend: chosen sentences with evidence, and a reason for everything left out."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.errors import InputError
from minutes.transcript.model import Utterance
from minutes.turn import TurnKind
from minutes.unit import LeftOut, Unit, UnitSummary
from models.base import SummaryModel
from models.extractive.cues import asks, fragment, leans_back, names_only
from models.registry import MODEL_NAMES, load_model

MODEL: SummaryModel = load_model()


def unit(kind: TurnKind, texts: Sequence[str], *, budget: int = 160, **fields: object) -> Unit:
    spoken = tuple(Utterance(id=f"u{n:04}", label=None, text=text, line=n) for n, text in enumerate(texts, 1))
    return Unit.model_validate(
        {
            "id": "t0001",
            "kind": kind,
            "attendee_id": "a1",
            "agenda_no": 2,
            "closed": False,
            "utterances": spoken,
            "budget": budget,
            **fields,
        }
    )


def condense(*units: Unit) -> list[UnitSummary]:
    return list(MODEL.condense(units, cancelled=lambda: False))


def text_of(summary: UnitSummary) -> str:
    return "".join(sentence.text for sentence in summary.sentences)


def accounted(given_unit: Unit, summary: UnitSummary) -> None:
    cited = {u for sentence in summary.sentences for u in sentence.evidence}
    left = [u for u, _ in summary.left_out]
    assert sorted([*cited, *left]) == sorted(u.id for u in given_unit.utterances)
    assert all(sentence.evidence for sentence in summary.sentences)


def test_answer_reads_as_minutes_and_cites_what_it_came_from() -> None:
    answer = unit(
        TurnKind.ANSWER,
        [
            "はい。ご質問ありがとうございます。推進部長の小林でございます。お答えいたします。",
            "えー、まあ、担当間では会話をしておりまして、改善できるところはですね、改善していきたいというふうに思っております。",
            "以上でございます。",
        ],
        context=("どのように分析しているのか。",),
    )
    (summary,) = condense(answer)
    assert [(s.text, s.evidence) for s in summary.sentences] == [
        ("担当間では会話をしており、改善できるところは、改善していきたい。", ("u0002",))
    ]
    assert summary.left_out == (("u0001", LeftOut.BACKCHANNEL), ("u0003", LeftOut.BACKCHANNEL))


def test_sentence_cut_by_the_recogniser_cites_both_utterances() -> None:
    (summary,) = condense(unit(TurnKind.ANSWER, ["来年度から人材の", "共同確保を始める予定です。"]))
    assert [(s.text, s.evidence) for s in summary.sentences] == [
        ("来年度から人材の共同確保を始める予定である。", ("u0001", "u0002"))
    ]


def test_question_keeps_what_it_asks_however_small_the_budget() -> None:
    question = unit(
        TurnKind.QUESTION,
        [
            "高齢者のスマホ購入助成について、参加は21自治体にとどまっていると資料にありました。",
            "この事業は区市町村の負担も大きく、議会でも様々な意見をいただいております。",
            "都としてはどのように分析されているんでしょうか？",
        ],
        budget=30,
    )
    (summary,) = condense(question)
    assert text_of(summary).endswith("都としてはどのように分析されているのか。")
    assert "？" not in text_of(summary)


def test_every_announced_point_is_kept() -> None:
    answer = unit(
        TurnKind.ANSWER,
        [
            "一点目の待機児童数ですけれども、4月1日時点で18人です。",
            "数え方には国の定義を用いております。",
            "二点目の保育士の確保ですが、月額2万円の家賃補助を創設いたしました。",
            "三点目の見通しですが、来年度にゼロにするのは難しいと考えております。",
        ],
        budget=70,
    )
    (summary,) = condense(answer)
    assert all(word in text_of(summary) for word in ("18人", "2万円", "難しい"))


def test_what_is_said_twice_is_printed_once_but_other_figures_are_not_repetition() -> None:
    again = unit(
        TurnKind.ANSWER,
        [
            "財源については、国の交付金を活用する予定です。",
            "財源については、国の交付金を活用する予定でございます。",
            "対象は300人です。",
        ],
    )
    (summary,) = condense(again)
    assert text_of(summary).count("交付金") == 1
    assert LeftOut.DUPLICATE in dict(summary.left_out).values()
    (figures,) = condense(unit(TurnKind.ANSWER, ["来年度の予算額は3億円です。", "来年度の予算額は5億円です。"]))
    assert "3億円" in text_of(figures) and "5億円" in text_of(figures)


def test_content_beyond_the_budget_is_named_as_condensed() -> None:
    long = unit(
        TurnKind.ANSWER,
        [
            f"{name}については、関係する部署と協議を重ねながら準備を進めております。"
            for name in ("窓口", "防災", "教育", "福祉")
        ],
        budget=30,
    )
    (summary,) = condense(long)
    assert len(summary.sentences) == 1
    assert [reason for _, reason in summary.left_out] == [LeftOut.CONDENSED] * 3


def test_own_words_and_bullets() -> None:
    greeting = unit(
        TurnKind.GREETING,
        ["また、うちの区では窓口を見直しました。そして、うちの区では人材も確保しました。"],
        budget=300,
        bullets=True,
        own_words=(("うちの区", "当区"),),
    )
    (summary,) = condense(greeting)
    assert [s.text for s in summary.sentences] == ["当区では窓口を見直した。", "当区では人材も確保した。"]


def test_pure_courtesy_gives_no_sentence() -> None:
    (summary,) = condense(unit(TurnKind.ANSWER, ["はい、ありがとうございます。", "承知しました。"]))
    assert summary.sentences == ()
    assert [reason for _, reason in summary.left_out] == [LeftOut.BACKCHANNEL] * 2


def test_units_come_back_in_order_and_cancelling_stops_between_them() -> None:
    units = [
        unit(TurnKind.ANSWER, [f"{n}番の施設は来年度に改修する予定です。", "費用は未定です。"]).model_copy(
            update={"id": f"t{n:04}"}
        )
        for n in range(1, 8)
    ]
    assert [s.unit_id for s in condense(*units)] == [u.id for u in units]
    done: list[UnitSummary] = []
    for summary in MODEL.condense(units, cancelled=lambda: len(done) >= 3):
        done.append(summary)
    assert len(done) == 3


def test_results_do_not_depend_on_the_company_a_unit_is_in() -> None:
    units = [unit(TurnKind.ANSWER, [f"施設{n}を改修します。", "費用は未定です。"], budget=10) for n in range(5)]
    assert condense(*units) == [condense(one)[0] for one in units]


PIECES = (
    "はい。", "えー、", "ありがとうございます。", "財源は3億円です。", "国と協議し",
    "ておりまして、", "検討いたします。", "どうでしょうか？", "", "　", "[聴取不能]", "「困る。", "以上です。", "一点目ですが、難しいです。",
)  # fmt: skip


@settings(max_examples=150)
@given(
    st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), min_size=1, max_size=6),
    st.sampled_from(list(TurnKind)),
    st.integers(0, 200),
    st.booleans(),
)
def test_every_utterance_is_cited_or_left_out_exactly_once(
    texts: list[str], kind: TurnKind, budget: int, bullets: bool
) -> None:
    one = unit(kind, texts, budget=budget, bullets=bullets)
    (summary,) = condense(one)
    accounted(one, summary)
    assert all(s.text.strip("。") for s in summary.sentences)


def test_card_says_that_nothing_is_generated_and_can_be_stored() -> None:
    card = MODEL.describe()
    assert card.name == "extractive" and "抽出型" in card.note
    assert json.loads(card.model_dump_json())["revision"] == card.revision
    assert MODEL.prompts() == ()


def test_unknown_model_lists_the_names() -> None:
    with pytest.raises(InputError) as caught:
        load_model("gpt")
    assert all(name in caught.value.remedy for name in MODEL_NAMES)


@pytest.mark.parametrize("sentence", ["空き家の件数は。", "空き家とは。", "住居の状況は。"])
def test_a_question_that_only_names_its_matter_is_printed_as_one(sentence: str) -> None:
    assert names_only(sentence) and asks(sentence) and not fragment(sentence)


@pytest.mark.parametrize("sentence", ["増えたのは。", "決まっていないところは。", "空き家は120件です。"])
def test_a_broken_topic_is_no_question(sentence: str) -> None:
    assert not names_only(sentence)


@pytest.mark.parametrize(
    "sentence", ["それが難しいのであれば。", "増えたようで。", "という話です。", "もう少し詳しく。"]
)
def test_a_sentence_without_its_end_or_beginning_is_a_fragment(sentence: str) -> None:
    assert fragment(sentence)


@pytest.mark.parametrize(
    "sentence", ["それは困ります。", "また、その際は閉めます。", "同様に、図書館も閉めます。", "そのため、延ばします。"]
)
def test_a_sentence_may_lean_on_the_one_before(sentence: str) -> None:
    assert leans_back(sentence)


@pytest.mark.parametrize(
    "sentence", ["この4月から始めます。", "その他の施設は開けます。", "これまで3回開きました。", "それぞれが決めます。"]
)
def test_a_pointer_to_the_day_or_the_meeting_leans_on_nothing(sentence: str) -> None:
    assert not leans_back(sentence)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("水路で柵がないところは。", "水路で柵がないところについて伺う。"),
        ("電子母子手帳について詳しく。", "電子母子手帳について詳しく伺う。"),
        ("次に、庁舎の耐震改修について。", "庁舎の耐震改修について伺う。"),
    ],
)
def test_a_question_asked_by_its_tone_is_written_with_its_verb(asked: str, written: str) -> None:
    (summary,) = condense(unit(TurnKind.QUESTION, [asked]))
    assert text_of(summary).removeprefix("次に、") == written


def test_what_breaks_off_in_a_negation_is_closed() -> None:
    (summary,) = condense(unit(TurnKind.ANSWER, ["申請の書き方が分からなくて。"]))
    assert text_of(summary) == "申請の書き方が分からない。"


def test_time_that_has_passed_is_written_plainly() -> None:
    (summary,) = condense(unit(TurnKind.OPINION, ["開館して3年半たちますが、利用者は増えております。"]))
    assert text_of(summary) == "開館して3年半経つが、利用者は増えている。"


def test_what_names_the_matter_of_a_question_is_kept_before_its_background() -> None:
    texts = [
        "2項目めは、学校のプールの共同利用についてでございます。",
        "近年は大変暑い日が続いており、地域の皆様からも様々なお話を伺う機会が増えているところでございます。",
        "各校のプールは老朽化が進み、維持の費用がかさんでいると聞いております。",
        "共同利用の考えについてお聞かせください。",
    ]
    (summary,) = condense(unit(TurnKind.QUESTION, texts, budget=60))
    assert [s.evidence for s in summary.sentences] == [("u0001",), ("u0004",)]


def test_what_a_header_announces_stands_with_it() -> None:
    texts = ["まず、空き家の補助金についてでございます。", "貸すことに慎重な所有者が多く、申請は5件にとどまりました。"]
    (summary,) = condense(unit(TurnKind.ANSWER, texts))
    assert [(s.text, s.evidence) for s in summary.sentences] == [
        ("まず、空き家の補助金については、貸すことに慎重な所有者が多く、申請は5件にとどまった。", ("u0001", "u0002"))
    ]


def test_a_numbered_point_is_a_header_without_being_called_one() -> None:
    texts = ["次に、4点目の体育館の空調の整備でございます。", "22校のうち、昨年度末までに9校で整備が完了いたしました。"]
    (summary,) = condense(unit(TurnKind.ANSWER, texts))
    assert text_of(summary) == (
        "次に、4点目の体育館の空調の整備については、22校のうち、昨年度末までに9校で整備が完了した。"
    )


def test_a_numbered_header_leaves_one_topic() -> None:
    texts = ["4つ目は、防災対策特別委員会ということでございます。", "各地で地震が続いております。"]
    (summary,) = condense(unit(TurnKind.ANSWER, texts))
    assert text_of(summary) == "4つ目の防災対策特別委員会については、各地で地震が続いている。"


def test_what_names_its_own_topic_needs_no_header() -> None:
    texts = ["次に、空き家の補助金についてです。", "補助金の申請は、5件にとどまりました。"]
    (summary,) = condense(unit(TurnKind.ANSWER, texts))
    assert [(s.text, s.evidence) for s in summary.sentences] == [
        ("補助金の申請は、5件にとどまった。", ("u0001", "u0002"))
    ]


def test_an_answer_put_off_is_kept() -> None:
    (summary,) = condense(unit(TurnKind.ANSWER, ["確認をしまして、後ほどお答えいたします。"]))
    assert text_of(summary) == "確認をして、後ほど答える。"


def test_each_thing_asked_has_its_answer() -> None:
    texts = [
        "導入の時期につきましては、来年の10月を予定しております。",
        "利用者は、令和5年度が3,120人、6年度が2,980人、7年度が2,810人と、3年続けて減少しております。",
        "遅れた原因は、部品の調達に時間がかかったことと、工事の業者の選定をやり直したことによるものと捉えております。",
    ]
    asked = "導入の時期はいつか、お聞かせください。遅れた原因をどう捉えているのか、伺います。"
    (summary,) = condense(unit(TurnKind.ANSWER, texts, budget=80, context=(asked,)))
    assert [s.evidence for s in summary.sentences] == [("u0001",), ("u0003",)]


@pytest.mark.parametrize("floor", ["会長、もう一遍いいですか。", "もう一つ、よろしいですか。", "よろしいですか。"])
def test_asking_for_the_floor_is_no_question(floor: str) -> None:
    (summary,) = condense(unit(TurnKind.QUESTION, [floor, "袋を配ることは考えていないのですか。"]))
    assert [s.evidence for s in summary.sentences] == [("u0002",)]


def test_what_points_back_comes_with_what_it_points_to_or_not_at_all() -> None:
    texts = [
        "老朽化した水門の更新は、国の補助が決まり次第、順次進めていく予定です。",
        "地域の皆様とは、年に2回、意見を交わす場を設けております。",
        "去年の秋には、川沿いの清掃にも多くの方が参加されました。",
        "それにつきましては、令和9年度に1億2,000万円を見込んでおります。",
    ]
    (wide,) = condense(unit(TurnKind.ANSWER, texts, budget=110))
    kept = [utterance for sentence in wide.sentences for utterance in sentence.evidence]
    assert ("u0004" in kept) <= ("u0003" in kept)


def test_the_matter_of_a_supplement_is_kept_with_it() -> None:
    texts = [
        "水門の更新は、国の補助を受けて進めております。",
        "これには、令和9年度に1億2,000万円を見込んでおり、完成は令和11年度を予定しております。",
        "ところで、先日の催しには大勢の方に足を運んでいただき、天気にも恵まれたところです。",
    ]
    (summary,) = condense(unit(TurnKind.ANSWER, texts, budget=70))
    assert [s.evidence for s in summary.sentences] == [("u0001",), ("u0002",)]


@pytest.mark.parametrize(
    "broken",
    ["施設の基準のご質問というところで。", "早いほうがいいので、ご意見を聴取し。"],
)
def test_what_breaks_off_is_left_out_by_name(broken: str) -> None:
    (summary,) = condense(unit(TurnKind.REPORT, [broken]))
    assert summary.sentences == ()
    assert dict(summary.left_out) == {"u0001": LeftOut.CONDENSED}


def test_who_only_names_the_matter_of_a_view_is_not_made_to_ask() -> None:
    (summary,) = condense(unit(TurnKind.OPINION, ["もう1点は、水道の料金についてでございます。"]))
    assert "伺う" not in text_of(summary)
