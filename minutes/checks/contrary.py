"""Pairs of words of which one says the contrary of the other. A draft with the one where the speaker said the other is wrong."""

_PAIRS = """
増加 減少|増える 減る|増やす 減らす|増額 減額|拡大 縮小|拡充 縮小|上昇 下降|上昇 低下|向上 低下|改善 悪化|上回る 下回る|上がる 下がる
引上げ 引下げ|引き上げ 引き下げ|引き上げる 引き下げる|賛成 反対|可能 不可能|可能 困難|容易 困難|簡単 困難|有効 無効|十分 不十分|必要 不要
有料 無料|有償 無償|公開 非公開|開始 終了|開始 廃止|導入 廃止|継続 廃止|継続 終了|存続 廃止|新設 廃止|設置 撤去|許可 禁止|承認 否決|可決 否決
採択 不採択|合格 不合格|多い 少ない|高い 低い|大きい 小さい|早い 遅い|長い 短い|強い 弱い|重い 軽い|広い 狭い|強化 緩和|集中 分散|全て 一部
すべて 一部|全部 一部|全員 一部|過半数 少数|以前 以後|事前 事後|義務 任意|必須 任意|原則 例外|黒字 赤字|歳入 歳出|収入 支出|国内 国外|市内 市外
区内 区外|都内 都外|県内 県外|前期 後期|上半期 下半期|最大 最小|最高 最低|最多 最少|加入 脱退|入所 退所|輸入 輸出|直営 委託|単独 共同|常勤 非常勤
正規 非正規|平日 休日|昼間 夜間|午前 午後|推進 抑制|促進 抑制|積極的 消極的|肯定 否定|難しい 可能|難しい できる|難しい 容易|難しい 簡単|成功 失敗|解決 未解決
"""
_FOUND: dict[str, set[str]] = {}
for _pair in _PAIRS.replace("\n", "|").split("|"):
    if _pair.strip():
        _one, _other = _pair.split()
        _FOUND.setdefault(_one, set()).add(_other)
        _FOUND.setdefault(_other, set()).add(_one)
CONTRARY = {word: frozenset(others) for word, others in _FOUND.items()}
"""Word (dictionary form) -> its contraries."""

RESERVATIONS = (
    "現時点", "現段階", "現状では", "今のところ", "可能であれば", "可能な限り", "可能な範囲", "できる限り", "できれば", "できるだけ", "場合によって",
    "必要に応じ", "状況に応じ", "状況を見", "動向を見", "見定め", "見極め", "を前提", "を条件", "に限り", "当面", "原則とし", "原則として", "仮に", "あくまで", "おおむね",
)  # fmt: skip
"""Phrases that narrow a promise; they stay with it."""
