"""`python -m answerlens_collector`."""

from answerlens_collector.app import build
from answerlens_collector.settings import CollectorSettings

if __name__ == "__main__":
    build(CollectorSettings()).run()
