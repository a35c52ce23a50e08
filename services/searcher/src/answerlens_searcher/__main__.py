"""`python -m answerlens_searcher`."""

from answerlens_searcher.app import build
from answerlens_searcher.settings import SearcherSettings

if __name__ == "__main__":
    build(SearcherSettings()).run()
