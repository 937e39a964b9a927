"""html: one standalone page with real headings and lists, no script and nothing loaded from elsewhere.

Speakers are headings of the third level, so that a reader who listens goes from one statement to the next.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from minutes.render.page import Paragraph, ParagraphKind

_STYLE = """
body { max-width: 44em; margin: 2rem auto; padding: 0 1rem; line-height: 1.9; color: #1a1a1a; background: #fff;
  font-family: "BIZ UDGothic", "Hiragino Sans", "Noto Sans JP", "Yu Gothic", Meiryo, sans-serif; }
h1 { font-size: 1.5rem; text-align: center; }
h2 { font-size: 1.2rem; margin-top: 2.2rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 0; }
ul { list-style: none; margin: 0; padding: 0 0 0 1em; }
ul li { text-indent: -1em; }
.agenda_item + ul { padding-left: 2em; }
.body, .field, .agenda_item { margin: 0; }
.field, .closing { margin-top: 1rem; }
.closing { text-align: right; }
@media print { body { margin: 0; } h2, h3 { break-after: avoid; } }
""".strip()

_LISTED = {ParagraphKind.BULLET, ParagraphKind.LIST_ITEM}
_TAGS = {ParagraphKind.TITLE: "h1", ParagraphKind.HEADING: "h2", ParagraphKind.LABEL: "h3"}


def to_html(page: Sequence[Paragraph]) -> str:
    title = next(each.text for each in page if each.kind is ParagraphKind.TITLE)
    body = "\n".join(_parts(page))
    return (
        f'<!DOCTYPE html>\n<html lang="ja">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _parts(page: Sequence[Paragraph]) -> Iterator[str]:
    """The header of the minutes, then one section for each heading, named by it."""
    parts: list[list[Paragraph]] = [[]]
    for each in page:
        if each.kind is ParagraphKind.HEADING:
            parts.append([])
        parts[-1].append(each)
    yield "<header>\n" + "\n".join(_elements(parts[0])) + "\n</header>"
    for number, (heading, *rest) in enumerate(parts[1:], 1):
        inner = "\n".join([f'<h2 id="h{number}">{escape(heading.text)}</h2>', *_elements(rest)])
        yield f'<section aria-labelledby="h{number}">\n{inner}\n</section>'


def _elements(page: Iterable[Paragraph]) -> Iterator[str]:
    for listed, group in groupby(page, key=lambda each: each.kind in _LISTED):
        if listed:
            items = "".join(f"<li>{escape(each.text)}</li>\n" for each in group)
            yield f"<ul>\n{items}</ul>"
        else:
            for each in group:
                tag = _TAGS.get(each.kind)
                text = escape(each.text)
                yield f"<{tag}>{text}</{tag}>" if tag else f'<p class="{each.kind}">{text}</p>'
