"""Words and tones of deliveries and destinations."""

from service.deliveries.listing import Shown
from service.deliveries.steering import STATE_NAMES
from service.web.wording import NOTICE

WAY = {"package": "パッケージ", "webhook": "Webhook", "mail": "メール"}
STATE = {str(state): words for state, words in STATE_NAMES.items()}
STATE_TONE = {
    "waiting": "work",
    "sending": "work",
    "paused": "warn",
    "delivered": "done",
    "failed": "bad",
    "cancelled": "quiet",
}
OUTCOME = {
    "delivered": "引き渡しました",
    "already": "前の回に全て渡っていました",
    "failed": "失敗しました",
    "cut_off": "途中で切れました",
}
ACTION = {"pause": "一時停止", "resume": "再開", "cancel": "取消し", "replay": "もう一度送る"}
ENCODING = {"utf-8": "UTF-8", "cp932": "CP932（Shift_JIS）"}
NAMING = {"ja": "日本語", "ascii": "英数字"}
CONTENTS = {"zip": "一つのZIPファイル", "files": "中のファイルごと"}
EVENT = {
    "meeting.received": "会議の受付",
    "meeting.drafting": "素案の作成の開始",
    "meeting.drafted": "素案の作成",
    "meeting.failed": "素案の作成の失敗",
    "meeting.run_again": "再作成の依頼",
    "meeting.cancelled": "取消し",
    "meeting.speaker_check": "発言者確認の開始",
    "meeting.submitted": "承認の依頼",
    "meeting.step_signed": "途中の段階の承認",
    "meeting.approved": "承認",
    "meeting.returned": "差戻し",
    "meeting.withdrawn": "取下げ",
    "meeting.correction_started": "正誤の開始",
    "meeting.superseded": "正誤による差替え",
    "meeting.registered": "登録",
    "meeting.mentioned": "コメントでの名指し",
    "delivery.delivered": "引渡しの完了",
    "delivery.failed": "引渡しの失敗",
}


def what(row: Shown) -> str:
    """What was sent: a version of the minutes, the event of a webhook, the subject of an e-mail."""
    if row.way == "package":
        return f"第{row.version}版のパッケージ（{'・'.join(row.editions)}）"
    if row.way == "webhook":
        return EVENT.get(row.what, row.what)
    return {kind: words.replace("「%s」", "").replace("（%s）", "") for kind, words in NOTICE.items()}.get(row.what, "")
