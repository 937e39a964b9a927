"""Words and tones that several pages share. Tones are class names of the style sheet."""

STATES = ("受付", "作成中", "確認待ち", "発言者確認", "承認待ち", "承認済", "登録済", "失敗", "取消")
"""In the order of a meeting's way, which is the order of the filter tabs."""

STATE_TONE = {
    "受付": "quiet",
    "作成中": "work",
    "確認待ち": "todo",
    "発言者確認": "todo",
    "承認待ち": "todo",
    "承認済": "done",
    "登録済": "done",
    "失敗": "bad",
    "取消": "quiet",
}

UNDER_WAY = frozenset({"受付", "作成中"})
"""States in which a job still moves."""

SEVERITY = {"error": "誤り", "warn": "注意", "info": "参考"}

DISCLOSURE = {"public": "公開", "closed": "非公開", "partial": "一部非公開"}

STAGE = {
    "read": "文字起こしの読取り",
    "attribute": "発言者の特定",
    "structure": "議事の区切り",
    "condense": "要旨の作成",
    "check": "点検",
    "compose": "素案の組立て",
}

JOB = {"queued": "待機中", "running": "実行中", "succeeded": "完了", "failed": "失敗", "cancelled": "取消"}

ACTION = {
    "submit": "承認を依頼する",
    "approve": "承認する",
    "return": "差し戻す",
    "cancel": "取り消す",
    "check_speakers": "発言者に確認する",
    "run_again": "もう一度作成する",
}

FORMATS = (
    ("docx", "Word（docx）"),
    ("pdf", "PDF"),
    ("txt", "テキスト（txt）"),
    ("html", "HTML"),
)

KEEP_FORMATS = (*FORMATS, ("json", "全データ（json）"))
