"""Fillers go, content stays; sentences are found; sentences without content are recognised."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.style import (
    clean_spoken,
    is_courtesy,
    is_reference,
    is_self_introduction,
    own_words,
    split_sentences,
    without_courtesy,
)


@pytest.mark.parametrize(
    ("spoken", "clean"),
    [
        ("はい、あのー、えーと、その件につきましてはですね、えー3億円です。", "その件につきましては、3億円です。"),
        ("えー、まあ、あの件についてはですね、検討、検討しております。", "あの件については、検討しております。"),
        ("その、その件は、この、このままでは難しいです。", "その件は、このままでは難しいです。"),
        ("ちょっと前に、ちょっと難しいと聞きました。", "ちょっと前に、難しいと聞きました。"),
        ("スマホの、スマホの購入助成です。", "スマホの購入助成です。"),
        ("負担が、まあ、あるのは事実です。", "負担があるのは事実です。"),
        ("その辺がですね、課題です。", "その辺が課題です。"),
        ("生成 AI の利用は 21 自治体です。", "生成AIの利用は21自治体です。"),
        ("うーん、そこは、えっと、未定です。", "そこは、未定です。"),
        ("そういう声っていうのは、やっぱりあります。", "そういう声というのは、やはりあります。"),
        ("特別監査をやっぱりしなければなりません。", "特別監査をやはりしなければなりません。"),
        ("えーるピア久留米で開催します。", "えーるピア久留米で開催します。"),
        ("そのお話とあのお客様の件です。", "そのお話とあのお客様の件です。"),
        ("予算、予算案、決算を見ます。", "予算、予算案、決算を見ます。"),
        ("二十一、二十一億円です。", "二十一、二十一億円です。"),
        ("まあまあ順調です。", "まあまあ順調です。"),
        ("何か、困ることがあれば伺います。", "何か、困ることがあれば伺います。"),
        ("田村さんから伺いました。", "田村さんから伺いました。"),
        ("えー、はい、えーと。", ""),
    ],
)
def test_fillers_go_and_content_stays(spoken: str, clean: str) -> None:
    assert clean_spoken(spoken) == clean


@pytest.mark.parametrize(
    "sentence",
    [
        "ご質問ありがとうございます。",
        "はい、ありがとうございます。",
        "本日はお忙しい中ご参加いただきまして、誠にありがとうございます。",
        "お答えいたします。",
        "まず、1点目のご質問にお答えします。",
        "よろしくお願いいたします。",
        "2点質問させていただきます。",
        "私からは以上です。",
        "承知しました。",
        "皆様、おはようございます。",
        "うちの主人も腰が悪くて、この間も病院に行ったんですけど、まあそれはいいんですが。",
        "余談ですが、昨日は雨でした。",
    ],
)
def test_courtesy_is_recognised(sentence: str) -> None:
    assert is_courtesy(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "来月末までに回答いたします。",
        "財源についてお伺いします。",
        "予算の確保をよろしくお願いいたします。",
        "はい、実施します。",
        "検討いたします。",
        "以上の理由から困難です。",
        "日頃よりご協力を賜り、感謝申し上げます。",
        "3億円をいただき、ありがとうございます。",
        "費用が増えるのですけれども、それはいいとして、期限を伺います。",
        "余談ですが、昨年は3億円を繰り越しました。",
    ],
)
def test_a_sentence_with_content_is_no_courtesy(sentence: str) -> None:
    assert not is_courtesy(sentence)


def test_self_introduction_needs_a_name_and_nothing_else() -> None:
    assert is_self_introduction("狛江市の平林です。")
    assert is_self_introduction("企画課長の佐藤と申します。")
    assert is_self_introduction("デジタル推進局長の髙峰でございます。")
    assert is_self_introduction("支援機構の黒部です。")
    assert not is_self_introduction("渋谷区の事業です。")
    assert not is_self_introduction("目標は来年度の完成です。")
    assert not is_self_introduction("担当は佐藤です。")


def test_reference_points_elsewhere_only() -> None:
    assert is_reference("お手元の資料3をご覧ください。")
    assert is_reference("先ほど申し上げたとおりです。")
    assert not is_reference("資料3のとおり、3億円を計上しました。")


def test_courtesy_around_content_is_cut_off() -> None:
    assert without_courtesy("ご指摘ありがとうございます、改善します。") == "改善します。"
    assert (
        without_courtesy("DXを進めたいと思いますので、本日はどうぞよろしくお願いいたします。")
        == "DXを進めたいと思います。"
    )


def test_longer_own_words_win() -> None:
    assert own_words("うちの区とうちで", (("うち", "当方"), ("うちの区", "当区"))) == "当区と当方で"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("一つ目です。二つ目です。", ("一つ目です。", "二つ目です。")),
        ("「困る。遅い。」という声です。次です。", ("「困る。遅い。」という声です。", "次です。")),
        ("（仮称。未定）です。次。", ("（仮称。未定）です。", "次。")),
        ("「閉じない括弧です。次です。", ("「閉じない括弧です。", "次です。")),
        ("本当ですか？！はい。", ("本当ですか？！", "はい。")),
        ("増加率は3.5です。", ("増加率は3.5です。",)),
        ("検討します 次に移ります", ("検討します ", "次に移ります")),
        ("行\n次の行", ("行\n", "次の行")),
        ("", ()),
    ],
)
def test_sentences(text: str, pieces: tuple[str, ...]) -> None:
    assert split_sentences(text) == pieces


@given(st.text(alphabet="あ漢3「」（）()。！？?\n 　です", max_size=60))
def test_splitting_loses_nothing(text: str) -> None:
    assert "".join(split_sentences(text)) == text


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            ("えー、", "あのー、", "まあ、", "3億円を", "あの件は", "検討", "します。", "ですね、", "12人が", " ")
        ),
        max_size=12,
    )
)
def test_cleaning_keeps_every_figure_and_rests(parts: list[str]) -> None:
    text = "".join(parts)
    clean = clean_spoken(text)
    for figure in ("3億円", "12人", "あの件"):
        assert clean.count(figure) == text.count(figure)
    assert clean_spoken(clean) == clean


@pytest.mark.parametrize(
    "sentence",
    [
        "今後の予定について、福祉部長の立場で答弁いたします。",
        "以上で、報告を終わります。",
        "次に、空き家の件でございます。",
        "見直しが要らないということを理解できました。",
        "大変参考になりました。",
        "引き続き質問させていただきます。",
        "本当にお疲れさまでございました。",
    ],
)
def test_announcing_and_taking_note_say_nothing(sentence: str) -> None:
    assert is_courtesy(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "3割減ったことを理解しました。",
        "漏水が続いていることが分かりました。",
        "空き家についてです。",
        "今後、委員会に報告いたします。",
    ],
)
def test_findings_topics_and_promises_say_something(sentence: str) -> None:
    assert not is_courtesy(sentence)


def test_a_paper_to_look_at_is_only_pointed_at() -> None:
    assert is_reference("恐れ入りますが、2枚目にお戻りください。")
    assert is_reference("4ページのグラフをご覧ください。")


def test_marks_of_a_list_become_commas_and_a_single_hyphen_stays() -> None:
    assert clean_spoken("会議には、-自治会-商店会-学校が入ります。") == "会議には、自治会、商店会、学校が入ります。"
    assert clean_spoken("小平-新宿を走ります。") == "小平-新宿を走ります。"
