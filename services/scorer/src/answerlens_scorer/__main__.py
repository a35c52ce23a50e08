"""`python -m answerlens_scorer`."""

from answerlens_scorer.app import build
from answerlens_scorer.settings import ScorerSettings

if __name__ == "__main__":
    build(ScorerSettings()).run()
