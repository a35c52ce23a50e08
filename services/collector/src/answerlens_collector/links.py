"""The links of an answer, from what the stream lists and what the page shows."""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from answerlens_collection.answers.answer import Link
from answerlens_collector.decoders import Reply
from answerlens_collector.page_snapshot import PageLink, PageSnapshot


def stream_links(reply: Reply) -> tuple[Link, ...]:
    """The sources a stream lists; those whose number the answer's text names are cited."""
    return tuple(
        Link(source.url, source.title, source.site, cited=source.index in reply.cited) for source in reply.sources
    )


def cited_on_page(links: Iterable[Link], cited: Iterable[PageLink]) -> tuple[Link, ...]:
    """`links`, those cited that the page's answer links to; what it links to beside them comes last."""
    pages = {_page(link.url): link for link in cited}
    marked = [
        Link(link.url, link.title, link.site, cited=_page(link.url) in pages and link.url != "") for link in links
    ]
    listed = {_page(link.url) for link in marked}
    extra = [Link(link.url, link.title, "", cited=True) for page, link in pages.items() if page not in listed]
    return (*marked, *extra)


def page_links(seen: PageSnapshot) -> tuple[Link, ...]:
    """The same from the page alone, in the order in which they are listed there."""
    distinct: dict[str, PageLink] = {}
    for link in seen.listed:
        distinct.setdefault(_page(link.url), link)
    listed = [Link(link.url, link.title, "", cited=False) for link in distinct.values()]
    return cited_on_page(listed, seen.cited)


def _page(url: str) -> str:
    """What stays the same of a URL when a browser spells it out (escapes, a missing path)."""
    parts = urlsplit(url)
    return unquote(parts._replace(scheme="", netloc=parts.netloc.lower(), fragment="").geturl()).rstrip("/")
