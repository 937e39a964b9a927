"""Lines nobody said."""

import pytest
from heard_meeting import transcript_of

from minutes.hearing import invented_ids, is_invented


@pytest.mark.parametrize(
    "text",
    [
        "ご視聴ありがとうございました。",
        "最後までご視聴いただきありがとうございました！",
        "ご視聴 ありがとうございました",
        "チャンネル登録お願いします。",
        "チャンネル登録よろしくお願いします。",
        "高評価とチャンネル登録をよろしくお願いいたします。",
        "チャンネル登録と高評価をお願いします",
        "字幕視聴者",
        "字幕作成者 by H. Tanaka",
        "Thank you for watching!",
        "次回の動画でお会いしましょう。",
        "次回の放送をお楽しみに",
        "ありがとうございました" * 8,
        "そうですね、" * 12,
    ],
)
def test_made_up_line(text) -> None:
    assert is_invented(text)


@pytest.mark.parametrize(
    "text",
    [
        "ありがとうございました。",
        "ご清聴ありがとうございました。",
        "インターネット中継をご視聴の皆様、ありがとうございました。それでは議事に入ります。",
        "市の動画チャンネルの登録者は、現在3,000人でございます。",
        "配信動画に字幕を付ける経費を計上しております。",
        "字幕を付けてください。",
        "チャンネル登録の件数はいかがですか。",
        "はい、はい、はい。",
        "",
    ],
)
def test_words_people_say(text) -> None:
    assert not is_invented(text)


def test_sentence_over_and_over_keeps_the_first() -> None:
    line = "こちらの資料をご覧ください。"
    assert invented_ids(transcript_of("始めます。", line, line, line, line, "以上です。").utterances) == {
        "u0003",
        "u0004",
        "u0005",
    }
    assert invented_ids(transcript_of(line, line, "以上です。").utterances) == frozenset()
    assert invented_ids(transcript_of(*["異議なし。"] * 5).utterances) == frozenset()
