"""Questions that an admin has listed for a keyword."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from answerlens_common.db import Database
from answerlens_searcher import store
from answerlens_searcher.source import SourceQuestion


class ListSource:
    """The lists of the database as a source of questions; a keyword without one has none."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def search(self, keyword: str, _known: Sequence[SourceQuestion] = (), /) -> list[SourceQuestion]:
        """The keyword's list, in the order in which its questions were added."""
        return await store.listed_questions(self._db, keyword)
