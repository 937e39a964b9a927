"""Word: Teams' own transcript, clerks' marked text and tables, read as the text they would be."""

import dataclasses
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from minutes.transcript.columns import ColumnMap, Columns
from minutes.transcript.formats.json_document import is_json
from minutes.transcript.formats.srt import is_srt
from minutes.transcript.formats.text import read_text
from minutes.transcript.formats.webvtt import is_webvtt
from minutes.transcript.fragment import Findings, Reading
from minutes.transcript.model import TranscriptFormat
from minutes.transcript.office import UNREADABLE, OfficeFile, damaged, entities
from minutes.transcript.table import HEAD_ROWS, Row, add_rows, locate, not_located

# A second copy of the same words (Fallback), words moved elsewhere, and readings above words.
_UNSPOKEN = frozenset(("Fallback", "moveFrom", "rt"))


_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass
class _Table:
    rows: list[Row] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)


class _Document:
    """Paragraphs outside tables, and tables, each with the number of its paragraph in the document."""

    def __init__(self) -> None:
        self.paragraphs: list[Row] = []
        self.tables: list[list[Row]] = []
        self._open: list[list[str]] = []
        self._open_tables: list[_Table] = []
        self._number = self._runs = self._unspoken = 0
        self._in_text = False

    def start(self, name: str, _: object) -> None:
        tag = name.rpartition("}")[2]
        self._unspoken += tag in _UNSPOKEN
        table = self._open_tables[-1] if self._open_tables else None
        match tag:
            case "p":
                self._number += 1
                self._open.append([])
            case "r":
                self._runs += 1
            case "t":
                self._in_text = bool(self._runs) and not self._unspoken
            case "tbl":
                self._open_tables.append(_Table())
            case "tr" if table:
                table.cells = []
            case "tc" if table:
                table.cell = []
            case _ if tag in _CHARACTERS and self._runs and self._open and not self._unspoken:
                self._open[-1].append(_CHARACTERS[tag])

    def end(self, name: str) -> None:
        tag = name.rpartition("}")[2]
        self._unspoken -= tag in _UNSPOKEN
        table = self._open_tables[-1] if self._open_tables else None
        match tag:
            case "p" if self._open:
                text = "".join(self._open.pop())
                if table:
                    table.cell.append(text)
                elif not self._unspoken:
                    self.paragraphs.append((self._number, [text]))
            case "r":
                self._runs -= 1
            case "t":
                self._in_text = False
            case "tc" if table:
                table.cells.append("\n".join(table.cell))
            case "tr" if table:
                table.rows.append((self._number, table.cells))
            case "tbl" if table:
                self.tables.append(self._open_tables.pop().rows)

    def characters(self, text: str) -> None:
        if self._in_text and self._open:
            self._open[-1].append(text)


def read_docx(file: OfficeFile, columns: ColumnMap | None = None) -> Reading:
    """Tables with a head where there are any, else the paragraphs as text. ``line`` is the paragraph's number.

    Raises InputError or PolicyError for a damaged or hostile file, and where the caller's columns are not in it.
    """
    try:
        document = _words(file)
    except (ExpatError, KeyError, *UNREADABLE) as error:
        raise damaged() from error
    placed = [(table, place) for table in document.tables if (place := locate(table[:HEAD_ROWS], columns))]
    if placed:
        return _from_tables(document, placed)
    if columns is not None:
        raise not_located(document.tables[0] if document.tables else [], columns)
    return _from_text(document)


def _from_tables(document: _Document, placed: list[tuple[list[Row], tuple[int, Columns]]]) -> Reading:
    found = Findings()
    for table, (start, columns) in placed:
        add_rows(table[start:], columns, found)
    outside = [number for number, cells in document.paragraphs if cells[0].strip()]
    if outside:
        found.notice(
            outside[0],
            f"表の外に{len(outside)}段落あります。",
            "発言に含めていません。発言であれば、表に移すか、表のない文書にしてください。",
        )
    return found.reading(TranscriptFormat.DOCX)


def _from_text(document: _Document) -> Reading:
    rows = sorted([*document.paragraphs, *(row for table in document.tables for row in table)], key=lambda row: row[0])
    whole = "\n".join("\t".join(cells) for _, cells in rows)
    cues = is_webvtt(whole) or is_srt(whole) or is_json(whole)
    lines: list[str] = []
    paragraphs: list[int] = []
    for number, cells in rows:
        # A paragraph of Word is one of a text; only where a file was pasted in are its lines what they were.
        for line in ("\t".join(cells) + ("" if cues else "\n")).split("\n"):
            lines.append(line)
            paragraphs.append(number)
    reading = read_text("\n".join(lines))
    return Reading(
        TranscriptFormat.DOCX,
        tuple(dataclasses.replace(each, line=paragraphs[each.line - 1]) for each in reading.fragments),
        tuple(each.model_copy(update={"line": paragraphs[each.line - 1]}) for each in reading.notices),
    )


def _words(file: OfficeFile) -> _Document:
    document = _Document()
    # Straight on expat: no tree is built, so that a document takes no more memory than its words.
    parser = ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = document.start
    parser.EndElementHandler = document.end
    parser.CharacterDataHandler = document.characters
    parser.StartDoctypeDeclHandler = _refuse
    with file.package.open(file.main) as part:
        parser.ParseFile(part)
    return document


def _refuse(*_: object) -> None:
    raise entities()
