"""What can be a speaker's label: titles, diarisation labels, and header words that only look like one."""

import re

_TITLES = (
    "委員長|議長|座長|会長|部会長|理事長|社長|団長|委員|議員|理事|監事|幹事|監査|部長|課長|局長|室長|次長|係長|所長|館長|校長|園長|院長|"
    "署長|支所長|参事|参与|主幹|主査|主任|主事|担当|知事|市長|町長|村長|区長|市町村長|教育長|管理者|事務局|事務局長|司会|司会者|進行|"
    "CIO|ＣＩＯ|CIO補佐官|補佐官|補佐|代理|代行|大臣|政務官|参考人|説明員|専門員|アドバイザー|オブザーバー|コーディネーター|ファシリテーター|"
    "パネリスト|教授|講師|先生|弁護士|君|様|さん|氏|番"
)
_TITLE_END = re.compile(rf"(?:{_TITLES})[A-Za-zＡ-Ｚ0-9０-９]{{0,2}}(?:[（(][^（）()]{{1,30}}[）)])?$")
_DIARISATION = re.compile(
    r"(?:speaker|spk|spkr|話者|発言者|スピーカー|話し手)[ 　_\-]?[0-9０-９A-Za-zＡ-Ｚ]{1,3}(?:さん)?$", re.IGNORECASE
)
_HEADER_WORDS = """
日時 日 時間 時刻 期日 年月日 開催日 開催日時 開催場所 開催方法 開催形式 場所 会場
議題 議事 議案 案件 協議事項 報告事項 議事次第 件名 会議名 会議 名称 題名 標題
出席者 出席 出席委員 参加者 欠席者 欠席 欠席委員 傍聴者 傍聴人 傍聴 傍聴者数
資料 配布資料 配付資料 参考資料 次第 目的 内容 概要 備考 注 注記 注意 例
作成者 作成日 作成 記録 記録者 担当 担当課 問合せ先 連絡先 電話 電話番号 メール
開会 閉会 開始 終了 休憩 再開 公開 非公開 議事録 会議録 議事要旨
TEL FAX URL http https mailto ftp E-mail Email Tel Fax
"""
_STAGE_WORDS = "笑 笑い 笑声 拍手 挙手 休憩 再開 間 沈黙 異議なし 聴取不能 不明 省略 中略 非公開"
_HEADER = frozenset(_HEADER_WORDS.split())
_STAGE = frozenset(_STAGE_WORDS.split())
_NAME_SHAPE = re.compile(r"[^。、，．,？！?!「」『』…\"<>]{1,40}")
_FULL_NAME = re.compile("[一-鿿々﨑ぁ-ゖァ-ヺー]{1,5}[ 　][一-鿿々﨑ぁ-ゖァ-ヺー]{1,5}")
_SPACE = re.compile(r"[\s　]+")


def has_title(label: str) -> bool:
    """The label ends with a word for an office or an honorific, e.g. 山川委員長, 座長（佐々木）."""
    return bool(_TITLE_END.search(label))


def is_diarisation(label: str) -> bool:
    return bool(_DIARISATION.match(label))


def is_header(label: str) -> bool:
    """A word that heads a line of a form (日時：…) and is never a speaker."""
    bare = _SPACE.sub("", label).strip("【】〔〕[]■□●○◎◆・")
    return bare.rstrip("0123456789０１２３４５６７８９") in _HEADER


def is_full_name(label: str) -> bool:
    """姓 and 名 apart by a space."""
    return bool(_FULL_NAME.fullmatch(label))


def is_stage_direction(label: str) -> bool:
    return label in _STAGE


def has_name_shape(label: str) -> bool:
    """Short, without punctuation of a sentence, and not only digits (a time of day) or symbols."""
    return bool(_NAME_SHAPE.fullmatch(label)) and any(c.isalpha() for c in label)
