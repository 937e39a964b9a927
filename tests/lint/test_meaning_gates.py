"""G3 words, G4 times and bounds, G5 names, G6 polarity and commitment: what changes the meaning is found."""

import pytest
from meeting_builder import Said, meeting, stages

from minutes.checks import check
from minutes.document import MinutesDocument
from minutes.profiles import load_profile
from minutes.turn import Exchange, TurnKind

TOKYO = load_profile()


def one(text: str, spoken: str) -> MinutesDocument:
    said = [Said("hirabayashi", [spoken], [(text, [0])])]
    return stages(said, of=meeting(agenda=[{"no": 2, "title": "協議"}])).document()


def gates(document: MinutesDocument) -> list[tuple[str, str]]:
    return [(each.rule, str(each.severity)) for each in check(document, TOKYO) if each.rule[0] == "G"]


FAITHFUL = [
    ("検討していきたい。", "えー、検討してまいりたいと考えております。"),
    ("対応できていない。", "対応できておりません。"),
    ("問題はない。", "問題はございません。"),
    (
        "県の職員を派遣することは現時点では難しいと考えている。",
        "県の職員を派遣することは、現時点では難しいかなと思っております。",
    ),
    ("早急に行わなければならない。", "早急に行わなければなりません。"),
    ("負担せざるを得ない。", "負担せざるを得ないところでございます。"),
    ("補助の対象に含めていただきたい。", "補助の対象に含めていただければと思います。"),
    ("9月末までに終える予定と聞いている。", "9月末までに終える予定というふうに伺っております。"),
    ("講師を派遣していただけないか。", "講師を派遣していただけませんでしょうか。"),
    ("どのように進めるのか。", "どのように進めるんでしょうか。"),
    ("導入を進めよう。", "導入を進めましょう。"),
    ("去年より増えた。", "昨年より増えました。"),
    ("利用は30人以上である。", "利用は三十人以上です。"),
    ("当市では窓口を増やす。", "うちの市では窓口を増やします。"),
    ("宣言の趣旨をお示しいただきたい。", "宣言の趣旨をお示し願います。"),
    ("見守りには非常に大きな需要がある。", "見守りにはすごく大きな需要があります。"),
    ("情報の共有に努めていきたい。", "情報の共有に努めてまいりたいと考えております。"),
    ("料金を見直す考えはないのか。", "料金をですね、見直すお考えはないのか、お聞かせください。"),
    ("利用者は前年より増えた。", "利用者は前年より増えまして、ありがたく思っております。"),
    ("58人となった。", "五十八人となっております。"),
    ("この案に反対する。", "私はこの案には賛成できません。"),
    ("1食30円の補助を続ける。", "一食当たり三十円の補助を続けます。"),
    ("期間は令和8年度から12年度までである。", "期間は令和八年度から令和十二年度まででございます。"),
    ("着工の時期は示せない。", "着工の時期をお示しできる段階にはございません。"),
    ("遊具は撤去する方針である。", "遊具につきましては撤去するという方針でおります。"),
    ("開発は見送る。", "開発につきましては見送らせていただくことといたしました。"),
    ("会議を公開してはどうか。", "会議は公開されたほうがいいんじゃないでしょうか。"),
    ("予算に計上していない。", "予算には計上してございません。"),
    ("申請の期限を延ばすこととした。", "申請の期限を延ばすことといたしました。"),
]
TWISTED = [
    ("対応できている。", "対応できておりません。", "G6", "error"),
    ("問題がある。", "問題はございません。", "G6", "error"),
    ("実施する。", "実施いたしません。", "G6", "error"),
    ("課題である。", "課題ではありません。", "G6", "error"),
    ("利用者が増加している。", "利用者が減少しております。", "G6", "error"),
    ("実施の町である。", "未実施の町でございます。", "G6", "error"),
    ("制度を実施する。", "制度を検討してまいりたいと考えております。", "G6", "error"),
    ("制度を導入する。", "制度を導入していきたいと思っております。", "G6", "error"),
    ("制度を導入した。", "制度を導入する予定でございます。", "G6", "error"),
    ("費用が増える。", "費用が増えるかもしれません。", "G6", "error"),
    ("窓口を増やす。", "窓口を増やすべきです。", "G6", "error"),
    ("費用は足りる。", "費用は足りると聞いております。", "G6", "error"),
    ("制度は有効である。", "制度は有効であると考えております。", "G6", "warn"),
    ("情報の共有に努めている。", "情報の共有に努めてまいります。", "G6", "error"),
    ("窓口を増やしたい。", "窓口を増やします。", "G6", "warn"),
    ("対応していきたい。", "現時点では、対応していきたいと思います。", "G6", "warn"),
    ("この案に賛成する。", "私はこの案には賛成できません。", "G6", "error"),
    ("この案に反対する。", "私はこの案に賛成します。", "G6", "error"),
    ("着工の時期を示す。", "着工の時期をお示しできる段階にはございません。", "G6", "error"),
    ("見直す考えがある。", "見直すお考えはございません。", "G6", "error"),
    ("遊具を撤去した。", "遊具につきましては撤去するという方針でおります。", "G6", "error"),
    ("遊具を撤去した。", "遊具は撤去されたほうがいいと思います。", "G6", "error"),
    ("費用が増えた。", "費用が増える見込みでございます。", "G6", "error"),
    ("来年度から始める。", "今年度から始めます。", "G4", "error"),
    ("利用は30人以上である。", "利用は30人未満です。", "G4", "error"),
    ("待ち時間は12分から34分に短くなった。", "待ち時間は34分から12分に短くなりました。", "G4", "warn"),
    ("青葉市が参加する。", "桐生市が参加します。", "G5", "error"),
    ("ミナトシステムズが担う。", "事業者が担います。", "G5", "warn"),
    ("雨宮氏の提案に賛成する。", "平林さんの提案に賛成します。", "G5", "warn"),
    ("費用を調べる。違反した事業者には罰金を科す。", "費用を調べます。", "G3", "error"),
]


@pytest.mark.parametrize(("text", "spoken"), FAITHFUL)
def test_the_same_said_in_the_written_register_passes(text: str, spoken: str) -> None:
    assert gates(one(text, spoken)) == []


@pytest.mark.parametrize(("text", "spoken", "rule", "severity"), TWISTED)
def test_what_was_not_said_so_is_found(text: str, spoken: str, rule: str, severity: str) -> None:
    assert (rule, severity) in gates(one(text, spoken))


LADDER = [
    (0, "窓口の統合は難しい。", "窓口の統合は難しいと思っております。"),
    (1, "窓口の統合は課題と認識している。", "窓口の統合は課題と認識しております。"),
    (2, "窓口の統合を研究する。", "窓口の統合を研究してまいります。"),
    (3, "窓口の統合を検討する。", "窓口の統合を検討してまいります。"),
    (4, "窓口の統合をしていきたい。", "窓口の統合をしていきたいと思います。"),
    (4, "窓口の統合に努める。", "窓口の統合に努めてまいります。"),
    (5, "窓口の統合をする予定である。", "窓口の統合をする予定でございます。"),
    (6, "窓口の統合を実施する。", "窓口の統合を実施いたします。"),
    (7, "窓口の統合を実施した。", "窓口の統合を実施いたしました。"),
]


@pytest.mark.parametrize(("step", "spoken"), [(step, spoken) for step, _, spoken in LADDER])
def test_every_step_up_the_ladder_blocks_and_none_down_does(step: int, spoken: str) -> None:
    for rung, text, _ in LADDER:
        errors = [each for each in gates(one(text, spoken)) if each[1] == "error"]
        assert bool(errors) == (rung > step), text
        assert set(errors) <= {("G6", "error")}


def test_what_is_hard_for_now_is_no_wish() -> None:
    spoken = "前向きに検討したいとは思っていますが、現時点では窓口の統合は難しいと考えております。"
    assert ("G6", "error") in gates(one("窓口の統合を進めていきたい。", spoken))
    assert gates(one("現時点では窓口の統合は難しいと考えている。", spoken)) == []


def test_a_name_from_elsewhere_is_pointed_out_but_does_not_block() -> None:
    said = [
        Said("amemiya", ["青葉市の窓口はどうなりますか。"], [("青葉市の窓口はどうなるのか。", [0])], TurnKind.QUESTION),
        Said("hirabayashi", ["その窓口は続けます。"], [("青葉市の窓口は続ける。", [0])], TurnKind.ANSWER),
    ]
    linked = [Exchange(question_turn_ids=("t0001",), answer_turn_ids=("t0002",), confidence=0.9)]
    agenda = [{"no": 2, "title": "協議"}]
    alone = stages(said, of=meeting(agenda=agenda)).document()
    assert gates(alone) == [("G3", "warn"), ("G5", "warn")]
    assert gates(stages(said, of=meeting(agenda=agenda), exchanges=linked).document()) == [("G5", "warn")]


def test_a_question_without_an_entry_blocks() -> None:
    said = [
        Said("amemiya", ["窓口はどうなりますか。"], (), TurnKind.QUESTION),
        Said("hirabayashi", ["続けます。"], [("続ける。", [0])], TurnKind.ANSWER),
    ]
    document = stages(said, of=meeting(agenda=[{"no": 2, "title": "協議"}])).document()
    found = [each for each in check(document, TOKYO) if each.rule == "G8"]
    assert [(each.severity, each.place.utterance_id) for each in found] == [("error", "u0001")]
    assert "窓口はどうなりますか" in found[0].message
