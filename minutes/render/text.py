"""txt: UTF-8, LF, one paragraph a line, an empty line where the page has one."""

from collections.abc import Sequence

from minutes.render.page import Paragraph


def to_text(page: Sequence[Paragraph]) -> str:
    return "".join(("\n" if each.apart else "") + each.text + "\n" for each in page)
