"""Why the system refused, in the words of the person at the terminal."""

import errno
import socket

_REASONS = {
    errno.EACCES: "権限がありません",
    errno.EPERM: "権限がありません",
    errno.EROFS: "読取り専用の場所です",
    errno.ENOSPC: "空き容量がありません",
    errno.EDQUOT: "割り当てられた容量を使い切りました",
    errno.EFBIG: "この媒体に置けるファイルの大きさを超えています",
    errno.ENOTDIR: "途中にフォルダーでないものがあります",
    errno.EEXIST: "同じ名前のファイルがあります",
    errno.EISDIR: "フォルダーです",
    errno.ENOENT: "そのような場所はありません",
    errno.ENAMETOOLONG: "名前が長すぎます",
    errno.EADDRNOTAVAIL: "この計算機のアドレスではありません",
    errno.EIO: "装置の読み書きに失敗しました",
}


def reason(error: OSError) -> str:
    """A short clause; the system's own words where there is no better one."""
    if isinstance(error, socket.gaierror):
        return "アドレスの名前が分かりません"
    return _REASONS.get(error.errno or 0, error.strerror or type(error).__name__)
