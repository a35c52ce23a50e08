"""As what a file of answers may be sent, and its columns."""

from typing import Final

from answerlens_common.contracts.imports import FileFormat

MEDIA_TYPES: Final = {
    "application/x-ndjson": FileFormat.JSONL,
    "application/jsonl": FileFormat.JSONL,
    "text/csv": FileFormat.CSV,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": FileFormat.XLSX,
}
"""As what a file is sent."""
REQUIRED: Final = ("question", "answer", "engine")
OPTIONAL: Final = (
    "keyword",
    "asked_at",
    "replicate",
    "status",
    "model",
    "links",
    "listed_links",
    "external_id",
)
COLUMNS: Final = (*REQUIRED, *OPTIONAL)
NO_LINKS: Final = ("none", "[]")
"""What a cell for links says of an answer that has none; an empty one says that this is not known."""
