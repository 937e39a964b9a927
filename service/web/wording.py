"""Words and tones that several pages share. Tones are class names of the style sheet."""

from service.audit import AuditEventName
from service.meetings.dictionary import KINDS

STATES = ("受付", "作成中", "確認待ち", "発言者確認", "承認待ち", "承認済", "登録済", "差替済", "失敗", "取消")
"""In the order of a meeting's way, which is the order of the filter tabs."""

STATE_TONE = {
    "受付": "quiet",
    "作成中": "work",
    "確認待ち": "todo",
    "発言者確認": "todo",
    "承認待ち": "todo",
    "承認済": "done",
    "登録済": "done",
    "差替済": "quiet",
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
    "withdraw": "取り下げる",
    "cancel": "取り消す",
    "check_speakers": "発言者に確認する",
    "run_again": "もう一度作成する",
}

POSITION = {"done": "済", "left_out": "省略", "due": "いまここ", "waiting": "これから"}
POSITION_TONE = {"done": "done", "left_out": "quiet", "due": "todo", "waiting": "quiet"}
OUTCOME = {"signed": "済", "left_out": "省略", "returned": "差戻し", "withdrawn": "取下げ"}

NOTICE = {
    "turn": "「%s」をお願いします",
    "returned": "差し戻されました（%s）",
    "approved": "承認されました（%s）",
    "due": "「%s」の期限が近づいています",
    "mentioned": "コメントで、あなたの名前が挙がりました（%s）",
    "replied": "あなたのコメントに返信がありました（%s）",
    "delivery_failed": "「%s」への引渡しに失敗しました",
}
REGISTERED_BY = {"form": "画面", "api": "API", "csv": "CSV", "cli": "コマンド"}
SPEAKER_TONE = {"未送付": "quiet", "照会中": "work", "修正あり": "todo", "了承": "done", "期限経過": "bad"}
DECISION = {"taken": "採用", "changed": "直して採用", "declined": "不採用"}
WAY = {"link": "リンク", "sheet": "確認票", "hand": "事務局が入力"}

PLACE = {"s": "文", "b": "段落", "u": "発言"}
"""What the first letter of an id means."""

PROPOSAL = {
    "requested": "作成中",
    "ready": "未決",
    "failed": "失敗",
    "cancelled": "取消",
    "taken": "採用",
    "discarded": "破棄",
}

_MODEL = {
    "extractive": "抽出型（文章を生成しない）",
    "openai": "生成型（モデルのサーバー）",
    "transformers": "生成型（この計算機のモデル）",
}


def model(name: str) -> str:
    """A summarization model for a clerk; one without words of its own goes by its name."""
    return _MODEL.get(name, name)


FORMATS = (
    ("docx", "Word（docx）"),
    ("pdf", "PDF"),
    ("txt", "テキスト（txt）"),
    ("html", "HTML"),
)

KEEP_FORMATS = (*FORMATS, ("json", "全データ（json）"))

SCOPE = {"read": "閲覧", "write": "登録と修正", "approve": "承認"}

SCOPE_MEANING = {
    "read": "会議、素案、公開版・保存版、監査記録を読む。ほかの二つにも必要です",
    "write": "会議の登録、素案の修正、コメント、承認の依頼、差戻し、取消",
    "approve": "承認、差戻し",
}

SEARCH_PART = {"draft": "議事要旨", "transcript": "文字起こし"}

AUDIT_EVENT = {
    AuditEventName.FIRST_START: "初回の起動",
    AuditEventName.ACCOUNT_CREATED: "利用者の登録",
    AuditEventName.ACCOUNT_PASSWORD_RESET: "パスワードの再発行",
    AuditEventName.ACCOUNT_DEACTIVATED: "利用の停止",
    AuditEventName.ACCOUNT_REACTIVATED: "利用の再開",
    AuditEventName.ACCOUNT_RENAMED: "表示名の変更",
    AuditEventName.ACCOUNT_UNLOCKED: "サインインの制限の解除",
    AuditEventName.ACCOUNT_LINKED: "組織のアカウントとの結び付け",
    AuditEventName.ROLES_CHANGED: "役割の変更",
    AuditEventName.ROLES_CLAIMED: "所属グループによる役割の変更",
    AuditEventName.ACCOUNT_FROM_PROVIDER: "組織のアカウントからの利用者の登録",
    AuditEventName.SESSION_ENDED: "ほかの端末のサインインの終了",
    AuditEventName.SESSION_ENDED_BY_ADMIN: "管理者によるサインインの終了",
    AuditEventName.PROVIDER_REFUSED: "組織のアカウントでのサインインの失敗",
    AuditEventName.DEPARTMENT_CREATED: "所属の登録",
    AuditEventName.DEPARTMENT_RENAMED: "所属の名称の変更",
    AuditEventName.PROFILE_SAVED: "書式の保存",
    AuditEventName.PROFILE_WITHDRAWN: "書式の取下げ",
    AuditEventName.PASSWORD_CHANGED: "パスワードの変更",
    AuditEventName.SIGNED_IN: "サインイン",
    AuditEventName.SIGN_IN_FAILED: "サインインの失敗",
    AuditEventName.SIGNED_OUT: "サインアウト",
    AuditEventName.TOKEN_CREATED: "APIトークンの発行",
    AuditEventName.TOKEN_REVOKED: "APIトークンの取消",
    AuditEventName.MEETING_ACCEPTED: "会議の登録",
    AuditEventName.INBOX_REFUSED: "取込みフォルダーからの受付の拒否",
    AuditEventName.DRAFT_CREATED: "素案の作成",
    AuditEventName.DRAFT_EDITED: "素案の修正",
    AuditEventName.PROPOSAL_REQUESTED: "文の作り直しの依頼",
    AuditEventName.PROPOSAL_READY: "文の案の作成",
    AuditEventName.PROPOSAL_FAILED: "文の作り直しの失敗",
    AuditEventName.PROPOSAL_CANCELLED: "文の作り直しの取消",
    AuditEventName.PROPOSAL_TAKEN: "文の案の採用",
    AuditEventName.PROPOSAL_DISCARDED: "文の案の破棄",
    AuditEventName.WORD_ADDED: "辞書への追加",
    AuditEventName.WORD_REMOVED: "辞書からの削除",
    AuditEventName.COMMENT_MADE: "コメント",
    AuditEventName.COMMENT_REPLIED: "コメントへの返信",
    AuditEventName.COMMENT_RESOLVED: "コメントの解決",
    AuditEventName.COMMENT_REOPENED: "コメントの再開",
    AuditEventName.COMMENT_DELETED: "コメントの削除",
    AuditEventName.SPEAKER_ASSIGNED: "発言者の確定",
    AuditEventName.MEETING_SUBMITTED: "承認の依頼",
    AuditEventName.SPEAKER_CHECK_STARTED: "発言者への確認の開始",
    AuditEventName.MEETING_APPROVED: "承認",
    AuditEventName.STEP_SIGNED: "承認（途中の段階）",
    AuditEventName.MEETING_RETURNED: "差戻し",
    AuditEventName.MEETING_WITHDRAWN: "取下げ",
    AuditEventName.CORRECTION_STARTED: "正誤の開始",
    AuditEventName.MEETING_SUPERSEDED: "正誤による差替え",
    AuditEventName.DELEGATION_MADE: "代理の指定",
    AuditEventName.DELEGATION_REVOKED: "代理の取消",
    AuditEventName.SPEAKER_ASKED: "発言者への照会",
    AuditEventName.SPEAKER_REMINDED: "発言者への督促",
    AuditEventName.SPEAKER_LINK_REVOKED: "発言者用リンクの取消",
    AuditEventName.SPEAKER_ANSWERED: "発言者の回答",
    AuditEventName.SPEAKER_ANSWER_ENTERED: "発言者の回答の入力",
    AuditEventName.SPEAKER_PROPOSAL_DECIDED: "修正案の採否",
    AuditEventName.MEETING_CANCELLED: "取消",
    AuditEventName.MEETING_FAILED: "素案の作成の失敗",
    AuditEventName.MEETING_CANCELLED_BY_JOB: "取消の完了",
    AuditEventName.EXPORTED_PUBLIC: "公開版の取出し",
    AuditEventName.EXPORTED_FULL: "保存版の取出し",
    AuditEventName.PACKAGE_MADE: "保存用パッケージの作成",
    AuditEventName.RECORD_RULES_CHANGED: "記録の決まりの変更",
    AuditEventName.RECORD_DESCRIBED: "記載事項の保存",
    AuditEventName.MEETING_REGISTERED: "文書番号の登録",
    AuditEventName.REGISTRATION_CORRECTED: "文書番号の登録の訂正",
    AuditEventName.MODEL_RUNS_READ: "生成の記録の閲覧",
    AuditEventName.JOB_CANCEL_REQUESTED: "作成の取消の依頼",
    AuditEventName.JOB_RUN_AGAIN: "再作成の依頼",
    AuditEventName.BODY_ADDED: "会議体の登録",
    AuditEventName.RETENTION_HELD: "原データの廃棄の保留",
    AuditEventName.RETENTION_RELEASED: "保留の解除",
    AuditEventName.TRANSCRIPT_DISPOSED: "文字起こしと中間データの廃棄",
    AuditEventName.BODY_CHANGED: "会議体の変更",
    AuditEventName.MEETING_ASSIGNED: "担当の変更",
    AuditEventName.MEETING_DUES_CHANGED: "期限の変更",
    AuditEventName.DESTINATION_ADDED: "引渡し先の登録",
    AuditEventName.DESTINATION_CHANGED: "引渡し先の変更",
    AuditEventName.DESTINATION_RESEALED: "引渡し先の秘密の値の封じ直し",
    AuditEventName.DESTINATION_CHECKED: "引渡し先の接続の確認の依頼",
    AuditEventName.DESTINATION_PAUSED: "引渡し先の一時停止",
    AuditEventName.DESTINATION_RESUMED: "引渡し先の再開",
    AuditEventName.DESTINATION_ENDED: "引渡し先の使用の終了",
    AuditEventName.DESTINATION_REOPENED: "引渡し先の使用の再開",
    AuditEventName.DELIVERY_REQUESTED: "引渡しの依頼",
    AuditEventName.DELIVERY_AUTOMATIC: "引渡しの自動の依頼",
    AuditEventName.DELIVERY_PAUSED: "引渡しの一時停止",
    AuditEventName.DELIVERY_RESUMED: "引渡しの再開",
    AuditEventName.DELIVERY_CANCELLED: "引渡しの取消",
    AuditEventName.DELIVERY_REPEATED: "引渡しのやり直し",
    AuditEventName.DELIVERED: "引渡しの完了",
    AuditEventName.DELIVERY_FAILED: "引渡しの失敗",
}

WORD_KINDS = KINDS

KEYS = (
    (
        "移る",
        (
            (("j", "k"), "次・前の文（右では発言）"),
            (("t",), "根拠の発言へ、発言から文へ"),
            (("o", "O"), "次・前の、載せていない発言"),
            (("?",), "この一覧"),
        ),
    ),
    (
        "点検結果",
        (
            (("n", "p"), "次・前の指摘"),
            (("f",), "修正案のとおりに直す"),
            (("F",), "同じ規則をまとめて直す"),
            (("w", "Enter"), "見送る（理由を書き替えられる）"),
        ),
    ),
    (
        "直す",
        (
            (("e",), "文を直す。入力は自動で保存"),
            (("Esc",), "閉じる"),
            (("b",), "発言の操作"),
            (("Alt＋↑", "Alt＋↓"), "発言を上・下へ移す"),
            (("Ctrl＋Z", "Ctrl＋Y"), "元に戻す・やり直す"),
        ),
    ),
    (
        "発言者と書き起こし",
        (
            (("s", "1〜9"), "発言者を選ぶ（同じラベルすべて）"),
            (("i",), "選んだ発言を要旨に載せる"),
        ),
    ),
    (
        "コメント",
        (
            (("c", "Ctrl＋Enter"), "選んだ文・発言にコメントする、残す"),
            (("m", "M"), "次・前の未解決のコメント"),
        ),
    ),
)
"""Groups of (keys, what they do), as the list of keys shows them."""
