"""What a records office notes of a record: the file it lies in (行政文書ファイル管理簿) and the item itself."""

from records.metadata.classification import ClassificationEntry, ClassificationTable, read_classification
from records.metadata.file import Disposal, FileMetadata, Medium
from records.metadata.item import Attachment, ItemDescription, ItemMetadata, Officer, Openness
from records.metadata.retention_table import RetentionRule, RetentionTable, read_retention_table

__all__ = [
    "Attachment",
    "ClassificationEntry",
    "ClassificationTable",
    "Disposal",
    "FileMetadata",
    "ItemDescription",
    "ItemMetadata",
    "Medium",
    "Officer",
    "Openness",
    "RetentionRule",
    "RetentionTable",
    "read_classification",
    "read_retention_table",
]
