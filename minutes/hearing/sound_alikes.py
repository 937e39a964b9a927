"""Everyday words that sound alike and are both said in meetings: never taken for each other."""

_GROUPS = (
    "市立 私立", "科学 化学", "政策 制作 製作", "市政 市制 施政", "町政 町制", "区政 区制", "都政 都制", "保険 保健",
    "広報 公報", "配布 配付", "規定 規程 既定", "改定 改訂", "交付 公布", "施策 試作", "補償 保障 保証", "対象 対照 対称",
    "公園 講演 公演 後援", "感染 幹線", "校舎 公社", "工事 公示", "使用 仕様 試用", "執行 施行 施工", "要件 用件",
    "意思 意志 医師", "作成 作製", "振興 進行 新興", "移行 意向 以降", "過程 課程 家庭 仮定", "異動 移動", "期間 機関 基幹",
    "追求 追及 追究", "精算 清算 生産", "特徴 特長", "回答 解答", "採決 裁決", "修業 就業 終業", "修了 終了", "適正 適性",
    "共同 協同 協働", "体制 態勢", "決裁 決済", "市費 私費", "市道 私道 指導", "市有 私有", "市営 私営", "市外 市街",
    "支持 指示", "編成 編制", "実体 実態", "人口 人工", "協議 競技", "運行 運航", "起点 基点", "衛生 衛星", "消火 消化",
    "工場 向上", "会場 海上", "再建 債権 債券", "確信 核心 革新", "審議 信義",
    "自立 自律", "食料 食糧", "関心 感心", "医療 衣料", "初期 所期",
)  # fmt: skip
_GROUP_OF = {word: number for number, group in enumerate(_GROUPS) for word in group.split()}


def both_real(heard: str, meant: str) -> bool:
    """Whether two compounds differ just by such a pair: 私立図書館, 市立図書館."""
    if len(heard) != len(meant):
        return False
    return any(
        heard[:at] == meant[:at]
        and heard[at + 2 :] == meant[at + 2 :]
        and _GROUP_OF.get(heard[at : at + 2], -1) == _GROUP_OF.get(meant[at : at + 2], -2)
        for at in range(len(heard) - 1)
    )
