"""Client A, who does at random whatever a client may, while another client's orders run."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import httpx

THREADS = 6
# Ordinary words: in some question or answer of any keyword.
WORDS = ("怎么", "推荐", "好用", "品牌", "价格", "耳机", "的", "选择", "舒适", "性价比")
LONG_TEXT = "这款的音质不错，佩戴也舒适。" * 1400
MOST_COMPETITORS, MOST_ALIASES = 20, 20
SERVER_ERROR, BUSY = 500, 503


class Intruder:
    """Acts until its context ends. What the API answered is counted; errors of the server are kept."""

    def __init__(self, api_url: str, key: str, keywords: Sequence[str], seed: int) -> None:
        self._api = httpx.Client(
            base_url=api_url, headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False
        )
        self._keywords = keywords
        self._seed = seed
        self._orders: list[str] = []
        self._stop = threading.Event()
        self._threads = ThreadPoolExecutor(THREADS)
        self.answers: Counter[tuple[str, int]] = Counter()
        self.errors: list[str] = []

    def __enter__(self) -> Self:
        for n in range(THREADS):
            self._threads.submit(self._act, random.Random(f"{self._seed} {n}"))  # noqa: S311 - a test's choices
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._threads.shutdown()
        self._api.close()

    def order(self, keyword: str, brand: dict[str, Any], **more: Any) -> httpx.Response:
        """Place an order."""
        answer = self._call("order", "POST", "/api/orders", json={"keyword": keyword, "brand": brand, **more})
        if answer.status_code == httpx.codes.ACCEPTED:
            self._orders.append(answer.json()["id"])
        return answer

    def _act(self, choose: random.Random) -> None:
        deeds: Sequence[Callable[[random.Random], object]] = (
            self._order_a_word,
            self._order_many_names,
            self._cancel,
            self._preview,
            self._stream,
            self._reanalyse,
            self._flood,
        )
        while not self._stop.is_set():
            try:
                choose.choice(deeds)(choose)
            except httpx.HTTPError as error:
                self.errors.append(repr(error))
            self._stop.wait(choose.uniform(0.0, 0.3))

    def _order_a_word(self, choose: random.Random) -> None:
        keyword = choose.choice(self._keywords)
        word = choose.choice((keyword, *WORDS))
        self.order(keyword, {"name": word}, priority=9, track_days=choose.choice((0, 365)))

    def _order_many_names(self, choose: random.Random) -> None:
        """441 names an order; three make a thousand."""
        mark = choose.randrange(10**6)
        rivals = [
            {"name": f"名{mark}乙{n}", "aliases": [f"名{mark}丙{n}丁{m}" for m in range(MOST_ALIASES)]}
            for n in range(MOST_COMPETITORS)
        ]
        brand = {"name": f"名{mark}甲", "aliases": [f"名{mark}甲{m}" for m in range(MOST_ALIASES)]}
        self.order(choose.choice(self._keywords), brand, competitors=rivals, priority=9)

    def _cancel(self, choose: random.Random) -> None:
        if self._orders:
            self._call("cancel", "POST", f"/api/orders/{choose.choice(self._orders)}/cancel")

    def _preview(self, choose: random.Random) -> None:
        body = {"texts": [LONG_TEXT] * choose.randint(1, 3), "brand": {"name": choose.choice(WORDS)}}
        self._call("preview", "POST", "/api/mentions/preview", json=body)

    def _stream(self, choose: random.Random) -> None:
        """Watch for a moment, and go without a word."""
        if self._orders:
            with self._api.stream("GET", f"/api/orders/{choose.choice(self._orders)}/events") as answer:
                self.answers["stream", answer.status_code] += 1
                self._note("stream", answer.status_code)
                if answer.status_code == httpx.codes.OK:
                    self._stop.wait(choose.uniform(0, 2))

    def _reanalyse(self, choose: random.Random) -> None:
        if self._orders:
            body = {"brand": {"aliases": [choose.choice(WORDS)]}}
            self._call("reanalyse", "POST", f"/api/orders/{choose.choice(self._orders)}/reanalyse", json=body)

    def _flood(self, choose: random.Random) -> None:
        for _ in range(choose.randint(5, 40)):
            self._call("flood", "GET", "/api/orders", params={"limit": 100})

    def _call(self, deed: str, method: str, path: str, **options: Any) -> httpx.Response:
        answer = self._api.request(method, path, **options)
        self.answers[deed, answer.status_code] += 1
        self._note(f"{method} {path}", answer.status_code)
        return answer

    def _note(self, what: str, status: int) -> None:
        if status >= SERVER_ERROR and status != BUSY:
            self.errors.append(f"{what}: {status}")
