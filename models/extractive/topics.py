"""Sentences of a question that name its matter: the index of a record, since answers and later readers go by it."""

import re

from models.extractive.cues import announces

_MATTER = re.compile(
    r"(?:について|に関して|の件)(?:です|でございます|であります|、?(?:ご|お|御)?(?:伺|質問|尋ね|聞き|提案|提言))"
)
_ITEM = re.compile(r"(?:件名|項目|題名|テーマ|議題|質問)(?:め|目)?(?:は|として|、|の中)")
_NUMBER = re.compile(r"第?[一二三四五六七八九十1-9１-９]+(?:件名|項目|つ目|番目|点目|の?質問|問目)")
# 「では、2点目の質問に移りますが」: the number stands in front.
_FRONT = 30


def names_matter(sentence: str) -> bool:
    """True for 「次に、2項目めの避難所の運営についてです。」, 「まず、1点目は、…」 and 「〜についてお伺いします。」"""
    return bool(
        announces(sentence) or _MATTER.search(sentence) or _ITEM.search(sentence) or _NUMBER.search(sentence[:_FRONT])
    )
