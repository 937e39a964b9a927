"""Advice on wording after 「公用文作成の考え方」 (文化審議会建議, 2022): rules K01 to K29 on single sentences.

Original rules and word lists; the guide and 内閣訓令第1号 (2010) are their source. ``minutes.checks.wording`` turns
remarks into findings. Nothing here knows a document.
"""

from minutes.lint.sentence import lint_sentence

__all__ = ["lint_sentence"]
