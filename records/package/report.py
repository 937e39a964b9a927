"""What a verification found, for the records office: each question with its answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """``asked`` of the package; ``faults``: a sentence each, none when it is in order; ``skipped``: why not asked."""

    asked: str
    faults: tuple[str, ...] = ()
    skipped: str = ""


@dataclass(frozen=True)
class Report:
    title: str
    """件名; empty where it cannot be read."""
    checks: tuple[Check, ...]
    fingerprint: str

    @property
    def ok(self) -> bool:
        return not any(check.faults for check in self.checks)

    def __str__(self) -> str:
        lines = [f"件名：{self.title}"] if self.title else []
        for check in self.checks:
            mark = "否" if check.faults else "－" if check.skipped else "適"
            lines.append(f"［{mark}］{check.asked}{f'（{check.skipped}）' if check.skipped else ''}")
            lines += [f"　　・{fault}" for fault in check.faults]
        lines.append(f"指紋：{self.fingerprint}")
        wrong = sum(bool(check.faults) for check in self.checks)
        lines.append("結果：適合。作成時のままです。" if self.ok else f"結果：不適合。{wrong}項目に問題があります。")
        return "\n".join(lines)
