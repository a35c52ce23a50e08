"""`python -m answerlens_analyzer`."""

from answerlens_analyzer.app import build
from answerlens_analyzer.settings import AnalyzerSettings

if __name__ == "__main__":
    build(AnalyzerSettings()).run()
