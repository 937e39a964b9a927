"""Text search over titles, drafts and transcripts, for Japanese: no word boundaries, one character is enough.

What is found is what a scan over the folded text would find (``minutes.folding``). Rows of ``passage`` hold the text;
SQLite has an FTS5 table of character pairs beside them, PostgreSQL a GIN index (docs/decisions/0010).
"""

from service.search.find import Found, Hit, Results, search
from service.search.index import index_document, index_title, rebuild

__all__ = ["Found", "Hit", "Results", "index_document", "index_title", "rebuild", "search"]
