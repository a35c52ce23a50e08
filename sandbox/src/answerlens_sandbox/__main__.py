"""`python -m answerlens_sandbox`: serve the sandbox until stopped."""

import argparse
from pathlib import Path

import uvicorn

from answerlens_sandbox.app import create_app


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="answerlens_sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--journal", type=Path, help="file to which journal rows are appended as JSON lines")
    parser.add_argument("--answer-seconds", type=float, default=0.2, help="how long a chat site takes to answer")
    given = parser.parse_args()
    app = create_app(given.seed, given.journal, given.answer_seconds)
    # a hanging answer (an ordered fault) must not keep the process from stopping
    uvicorn.run(app, host=given.host, port=given.port, log_level="warning", timeout_graceful_shutdown=1)


if __name__ == "__main__":
    main()
