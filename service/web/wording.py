"""Words and tones that several pages share. Tones are class names of the style sheet."""

from service.audit import AuditEventName

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

SEARCH_PART = {"draft": "議事要旨", "transcript": "文字起こし"}

AUDIT_EVENT = {
    AuditEventName.FIRST_START: "初回の起動",
    AuditEventName.ACCOUNT_CREATED: "利用者の登録",
    AuditEventName.ACCOUNT_PASSWORD_RESET: "パスワードの再発行",
    AuditEventName.ACCOUNT_DEACTIVATED: "利用の停止",
    AuditEventName.PASSWORD_CHANGED: "パスワードの変更",
    AuditEventName.SIGNED_IN: "サインイン",
    AuditEventName.SIGN_IN_FAILED: "サインインの失敗",
    AuditEventName.SIGNED_OUT: "サインアウト",
    AuditEventName.TOKEN_CREATED: "APIトークンの発行",
    AuditEventName.TOKEN_REVOKED: "APIトークンの取消",
    AuditEventName.MEETING_ACCEPTED: "会議の登録",
    AuditEventName.DRAFT_CREATED: "素案の作成",
    AuditEventName.DRAFT_EDITED: "素案の修正",
    AuditEventName.SPEAKER_ASSIGNED: "発言者の確定",
    AuditEventName.MEETING_SUBMITTED: "承認の依頼",
    AuditEventName.SPEAKER_CHECK_STARTED: "発言者への確認の開始",
    AuditEventName.MEETING_APPROVED: "承認",
    AuditEventName.MEETING_RETURNED: "差戻し",
    AuditEventName.MEETING_CANCELLED: "取消",
    AuditEventName.MEETING_FAILED: "素案の作成の失敗",
    AuditEventName.MEETING_CANCELLED_BY_JOB: "取消の完了",
    AuditEventName.EXPORTED_PUBLIC: "公開版の取出し",
    AuditEventName.EXPORTED_FULL: "保存版の取出し",
    AuditEventName.JOB_CANCEL_REQUESTED: "作成の取消の依頼",
    AuditEventName.JOB_RUN_AGAIN: "再作成の依頼",
    AuditEventName.BODY_ADDED: "会議体の登録",
    AuditEventName.BODY_CHANGED: "会議体の変更",
    AuditEventName.MEETING_ASSIGNED: "担当の変更",
    AuditEventName.MEETING_DUES_CHANGED: "期限の変更",
}
