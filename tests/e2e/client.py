"""What the end-to-end tests ask of a running stack: the API as a client would, the sandbox's journal and its truth."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Self

import httpx

from answerlens_cli.stack.state import Details

ENDED = {"completed", "failed", "cancelled"}
PATIENCE_SECONDS = 600.0


class Client:
    """One stack, seen from outside."""

    def __init__(self, details: Details) -> None:
        self.details = details
        self._api = httpx.Client(base_url=details.api_url, timeout=30, trust_env=False)
        self._outside = httpx.Client(base_url=str(details.sandbox_url), timeout=30, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._api.close()
        self._outside.close()

    def call(self, method: str, path: str, *, key: str | None = None, **options: Any) -> httpx.Response:
        """One request with a JSON body, if any, and the client's key unless another is given."""
        headers = {"Authorization": f"Bearer {key or self.details.client_key}", "Content-Type": "application/json"}
        return self._api.request(method, path, headers=headers, **options)

    def order(self, keyword: str, brand: Mapping[str, object], **more: object) -> dict[str, Any]:
        """Place an order; it must be accepted."""
        answer = self.call("POST", "/api/orders", json={"keyword": keyword, "brand": brand, **more})
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    def ended(self, order_id: str) -> dict[str, Any]:
        """The order, once it has ended."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            order = dict(self.call("GET", f"/api/orders/{order_id}").json())
            if order["status"] in ENDED:
                return order
            time.sleep(0.5)
        message = f"order {order_id} did not end: {order}"
        raise AssertionError(message)

    def report(self, order_id: str, **query: str) -> dict[str, Any]:
        """The order's report."""
        answer = self.call("GET", f"/api/orders/{order_id}/report", params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def journal(self, kind: str) -> list[dict[str, Any]]:
        """What the outside world was asked."""
        return [row for row in self._outside.get("/journal").json() if row["kind"] == kind]

    def brands(self, keyword: str) -> list[dict[str, Any]]:
        """The brands that the sandbox's world has for a keyword."""
        return list(self._outside.get("/truth", params={"keyword": keyword}).json()["brands"])

    def truth(self, engine: str, brand: str, questions: Sequence[str]) -> dict[str, float]:
        """The planted propensities, averaged over these questions."""
        body = {"engine": engine, "brand": brand, "questions": list(questions)}
        return dict(self._outside.post("/truth/rates", json=body).raise_for_status().json())

    def world(self, **settings: object) -> None:
        """Change the sandbox's world."""
        self._outside.post("/world", json=settings).raise_for_status()
