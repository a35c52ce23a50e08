"""How long a question takes over its answer's own time: from the page's last word to the answer in hand.

`python -m benchmarks.page_wait [--questions 20] [--poll 0.3 1 2]`. The page is one of the tests' own, which notes when
its answer is complete; its profile has no stream. `--poll` is for code that looks at pages every so often (before
3b66551): run there, with this file and `tests/` laid over it, it gives the figures of before; today's code reads it as
`still_seconds`, which this page does not need.
"""

import argparse
import asyncio
import statistics
import sys
import time

from tests.integration.collector.page_site import page_site

from answerlens_collector.driver import ask
from answerlens_collector.pool import PagePool
from answerlens_collector.profile import SiteProfile
from answerlens_common.browser.chromium import BrowserSettings
from answerlens_common.limits.breakers import Breakers


def _profile(url: str, poll: float) -> SiteProfile:
    return SiteProfile.model_validate(
        {
            "name": "timed",
            "verified": "by this benchmark",
            "url": f"{url}/timed",
            "input": {"selector": "textarea", "kind": "textarea"},
            "send": {"key": "Enter"},
            "dom": {"answer": ".answer", "busy": ".busy"},
            "finish": {"timeout_seconds": 60, "poll_seconds": poll, "stable_polls": 2},
            "allow_private_addresses": True,
        }
    )


async def _over(pool: PagePool, profile: SiteProfile) -> float:
    async with pool.page() as page:
        answer = await ask(page, profile, "耳机怎么选？")
        now = time.time()
        if len(answer.text) != len("推荐索尼，它降噪好。") * 20:
            message = f"not the answer: {answer}"
            raise RuntimeError(message)
        return now - float(await page.evaluate("window.endedAt")) / 1000


async def _measure(questions: int, polls: list[float]) -> None:
    async with page_site() as url, PagePool(_profile(url, 1), BrowserSettings(), Breakers(None)) as pool:
        await _over(pool, _profile(url, 0.3))
        for poll in polls:
            found = sorted([await _over(pool, _profile(url, poll)) for _ in range(questions)])
            middle = statistics.median(found)
            _say(f"poll {poll:g} s: median {middle:.2f} s, {found[0]:.2f} to {found[-1]:.2f} ({questions} questions)")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--poll", type=float, nargs="+", default=[0.3, 1.0, 2.0])
    given = parser.parse_args()
    asyncio.run(_measure(given.questions, given.poll))


if __name__ == "__main__":
    main()
