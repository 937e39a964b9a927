"""The 保存期間表 of a body: how long each kind of record is kept, and what becomes of it then."""

from minutes.errors import InputError, Problem
from minutes.value import Value
from records.metadata.file import Disposal, Words
from records.metadata.retention import Period, read_period
from records.metadata.table_csv import Row, read_table, refuse

KIND, PERIOD, DISPOSAL, BASIS, REMARKS = "文書の類型", "保存期間", "満了時の措置", "根拠", "備考"


class RetentionRule(Value):
    kind: Words
    """文書の類型, e.g. 審議会等の会議録."""
    period: Period
    disposal: Disposal
    basis: str = ""
    remarks: str = ""


class RetentionTable(Value):
    rules: tuple[RetentionRule, ...]

    def rule(self, kind: str) -> RetentionRule:
        """Raises InputError with the kinds there are."""
        found = next((each for each in self.rules if each.kind == kind), None)
        if found is None:
            kinds = "、".join(each.kind for each in self.rules[:20])
            raise InputError(
                f"文書の類型「{kind}」が保存期間表にありません。",
                where="record_kind",
                remedy=f"次から選んでください：{kinds}。",
            )
        return found


def read_retention_table(data: bytes) -> RetentionTable:
    """Columns 文書の類型, 保存期間, 満了時の措置, and if wanted 根拠, 備考. Raises InputError; a kind twice is one."""
    rows = read_table(data, required=(KIND, PERIOD, DISPOSAL), optional=(BASIS, REMARKS))
    problems: list[Problem] = []
    rules: dict[str, RetentionRule] = {}
    lines: dict[str, Row] = {}
    for row in rows:
        kind, said = row.cells[KIND], row.cells[DISPOSAL]
        wrong = _period_problems(row)
        if said not in set(Disposal):
            wrong.append(
                Problem(
                    f"「{said}」という措置はありません。",
                    row.place(DISPOSAL),
                    f"{'、'.join(Disposal)} のどれかにしてください。",
                )
            )
        if kind in lines:
            what = f"「{kind}」が{lines[kind].place()}にもあります。"
            wrong.append(Problem(what, row.place(KIND), "どちらかを削除してください。"))
        lines.setdefault(kind, row)
        problems += wrong
        if not wrong:
            rules[kind] = RetentionRule(
                kind=kind,
                period=row.cells[PERIOD],
                disposal=Disposal(said),
                basis=row.cells[BASIS],
                remarks=row.cells[REMARKS],
            )
    refuse(problems)
    return RetentionTable(rules=tuple(rules.values()))


def _period_problems(row: Row) -> list[Problem]:
    try:
        read_period(row.cells[PERIOD])
    except ValueError as error:
        what, _, remedy = str(error).partition("。")
        return [Problem(f"{what}。", row.place(PERIOD), remedy)]
    return []
