"""The order API, seen from a client."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Self

import httpx

from answerlens_common.errors import BusinessError, TransientError

Json = dict[str, Any]

SECONDS = 30.0
CONNECT_SECONDS = 5.0
"""An API that is there takes a connection at once, however long its answer takes."""


class ApiRefusedError(BusinessError):
    """The API answered with a problem.

    Attributes:
        status: the HTTP status.
        problem: the problem+json body, as far as there was one.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = dict(problem)
        title = problem.get("title") or "the API refused"
        detail = problem.get("detail")
        fields = [f"\n  {error['field']}: {error['message']}" for error in problem.get("errors", [])]
        super().__init__(f"{title} ({status})" + (f": {detail}" if detail else "") + "".join(fields))


class ApiUnreachableError(TransientError):
    """Nothing answers at the API's address.

    Attributes:
        url: that address.
    """

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        super().__init__(f"No API answers at {url}: {why}. Is the stack up? See `answerlens status`.")


class NotTheApiError(BusinessError):
    """Something answers at the API's address, but not as the API does.

    Attributes:
        url: that address.
    """

    def __init__(self, url: str, what: str) -> None:
        self.url = url
        super().__init__(f"What answers at {url} is not the AnswerLens API: {what}.")


class Api:
    """The order API as one user."""

    def __init__(self, url: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        """Open a client.

        Args:
            url: the API's root, such as http://127.0.0.1:23111.
            key: the user's API key.
            transport: what carries the requests, when it is not the network.
        """
        parsed = httpx.URL(url)
        # an address may hold a password, and is shown in errors
        self.url = str(parsed.copy_with(userinfo=b"")) if parsed.userinfo else url
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=httpx.Timeout(SECONDS, connect=CONNECT_SECONDS),
            transport=transport,
            # A stack on this machine is never behind a proxy that the environment may name.
            trust_env=parsed.host not in {"127.0.0.1", "localhost"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def place(self, order: Json, idempotency_key: str) -> Json:
        """Place an order; placing it again with the same key gives the same order."""
        headers = {"Idempotency-Key": idempotency_key}
        placed: Json = self.call("POST", "/api/orders", json=order, headers=headers)
        return placed

    def order(self, order_id: str) -> Json:
        """An order with its progress."""
        order: Json = self.call("GET", f"/api/orders/{order_id}")
        return order

    def report(self, order_id: str) -> Json:
        """An order's latest rates."""
        report: Json = self.call("GET", f"/api/orders/{order_id}/report")
        return report

    def call(self, method: str, path: str, **arguments: Any) -> Any:  # noqa: ANN401 - httpx's own arguments
        """One request, its JSON answer; None when there is nothing to say.

        Raises:
            ApiRefusedError: the answer's status is 400 or more.
            ApiUnreachableError: there was no answer.
            NotTheApiError: the answer is not JSON.
        """
        try:
            response = self._client.request(method, path, **arguments)
        except httpx.TransportError as error:
            raise ApiUnreachableError(self.url, _why(error)) from error
        if response.is_error:
            raise _refused(response)
        if response.status_code == HTTPStatus.NO_CONTENT:
            return None
        self._require(response, "json")
        return response.json()

    def content(self, path: str, **arguments: Any) -> bytes:  # noqa: ANN401 - httpx's own arguments
        """What a GET answers, as it is: a file.

        Raises:
            ApiRefusedError: the answer's status is 400 or more.
            ApiUnreachableError: there was no answer.
        """
        try:
            response = self._client.get(path, **arguments)
        except httpx.TransportError as error:
            raise ApiUnreachableError(self.url, _why(error)) from error
        if response.is_error:
            raise _refused(response)
        return response.content

    @contextmanager
    def lines(self, path: str) -> Iterator[Iterator[str]]:
        """The lines of a stream of events, as they come.

        Raises:
            ApiRefusedError: the answer's status is 400 or more.
            ApiUnreachableError: there was no answer, or it broke off.
            NotTheApiError: the answer is no such stream.
        """
        try:
            with self._client.stream("GET", path) as response:
                if response.is_error:
                    response.read()
                    raise _refused(response)
                self._require(response, "text/event-stream")
                yield response.iter_lines()
        except httpx.TransportError as error:
            raise ApiUnreachableError(self.url, _why(error)) from error

    def _require(self, response: httpx.Response, kind: str) -> None:
        given = response.headers.get("content-type", "")
        if kind not in given:
            raise NotTheApiError(self.url, f"it answered {response.status_code} with {given or 'no content type'}")


def _why(error: httpx.TransportError) -> str:
    return str(error) or type(error).__name__


def _refused(response: httpx.Response) -> ApiRefusedError:
    try:
        problem = response.json()
    except ValueError:
        problem = None
    return ApiRefusedError(response.status_code, problem if isinstance(problem, dict) else {})
