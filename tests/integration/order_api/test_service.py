"""The order API as a process sees it: over the broker, and without one."""

import asyncio
import datetime as dt
from contextlib import suppress

import aio_pika
import pytest

from answerlens_common.broker.delivery import Delivery
from answerlens_common.broker.topology import queues_of
from answerlens_common.events import KeywordRequested, StageFailed
from answerlens_common.settings import RabbitSettings
from answerlens_order_api.settings import OrderApiSettings
from tests.integration.order_api.analysed import analysed
from tests.integration.order_api.conftest import ORDER, Clients, Serve

REQUESTED = queues_of(KeywordRequested)[0].name


async def until(clients: Clients, order_id: str, status: str) -> None:
    async with asyncio.timeout(15):
        while (await clients.acme.get(f"/api/orders/{order_id}")).json()["status"] != status:  # noqa: ASYNC110 - polled
            await asyncio.sleep(0.05)


async def test_an_order_goes_out_and_comes_back_over_the_broker(
    serve: Serve, settings: OrderApiSettings, rabbitmq_url: str
) -> None:
    async with serve(settings) as (app, clients):
        connection = await aio_pika.connect(rabbitmq_url)
        async with connection, connection.channel() as channel:
            queue = await channel.get_queue(REQUESTED)
            await queue.purge()
            order, other = await clients.place(engines=["chat-a"]), await clients.place(keyword="手机")
            async with asyncio.timeout(15):
                while (message := await queue.get(no_ack=True, fail=False)) is None:  # noqa: ASYNC110 - polled
                    await asyncio.sleep(0.05)
        event = KeywordRequested.model_validate_json(message.body)
        assert (event.keyword, event.date.isoformat()) == (order["keyword"], order["first_date"])
        assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT

        delivery = Delivery("test", RabbitSettings(url=rabbitmq_url), settings.work)
        await delivery.start()
        date = dt.date.fromisoformat(order["first_date"])
        await delivery.publish(await analysed(app.state.context.db, order, "chat-a"))
        await delivery.publish(StageFailed(stage="bank", keyword="手机", date=date, error="no model"))
        await delivery.stop()
        await until(clients, order["id"], "completed")
        await until(clients, other["id"], "failed")
        assert (await clients.nobody.get("/ready")).json() == {"status": "ready", "service": "order-api", "reasons": {}}


async def test_without_a_broker_orders_are_accepted_and_wait(serve: Serve, settings: OrderApiSettings) -> None:
    lonely = settings.model_copy(update={"rabbitmq": RabbitSettings(url="amqp://127.0.0.1:1/", publish_timeout=0.5)})
    async with serve(lonely) as (app, clients):
        response = await clients.acme.post("/api/orders", json=ORDER)
        assert response.status_code == 202
        db = app.state.context.db
        assert await db.value("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 1
        ready = await clients.nobody.get("/ready")
        assert ready.status_code == 503
        assert ready.json()["reasons"]
        assert (await clients.nobody.get("/live")).status_code == 200


async def test_without_a_database_a_request_is_put_off(serve: Serve, settings: OrderApiSettings) -> None:
    postgres = settings.postgres.model_copy(update={"url": "postgresql://127.0.0.1:1/none"})
    async with serve(settings.model_copy(update={"postgres": postgres})) as (_, clients):
        response = await clients.acme.post("/api/orders", json=ORDER)
        assert response.status_code == 503
        assert response.headers["retry-after"]
        assert response.json()["title"] == "Service Unavailable"


async def test_it_shows_its_metrics_its_description_and_its_page(serve: Serve, settings: OrderApiSettings) -> None:
    async with serve(settings) as (_, clients):
        await clients.acme.get("/api/orders")
        metrics = (await clients.nobody.get("/metrics")).text
        assert 'answerlens_http_requests_total{method="GET",route="/api/orders",status="200"}' in metrics
        document = (await clients.nobody.get("/api/openapi.json")).json()
        page = (await clients.nobody.get("/docs")).text
        assert all(path in page for path in document["paths"])
        assert "http" not in page.replace("http-equiv", "")


@pytest.mark.fault("F23")
@pytest.mark.parametrize("megabytes", [2, 16, 200])
@pytest.mark.parametrize("told", [True, False], ids=["with a length", "in chunks"])
async def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    serve: Serve, settings: OrderApiSettings, keys: dict[str, str], megabytes: int, *, told: bool
) -> None:
    """A client that means to send so much is answered long before it has."""
    piece = b"x" * 64 * 1024
    length = f"Content-Length: {megabytes * 1024 * 1024}" if told else "Transfer-Encoding: chunked"
    async with serve(settings) as (app, clients):
        url = clients.acme.base_url
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(
            f"POST /api/orders HTTP/1.1\r\nHost: {url.host}\r\nAuthorization: Bearer {keys['acme']}\r\n"
            f"Content-Type: application/json\r\n{length}\r\n\r\n".encode()
        )
        status = asyncio.create_task(reader.readline())
        sent = 0
        with suppress(ConnectionError):
            while not status.done() and sent < megabytes * 1024 * 1024:
                writer.write(piece if told else b"%x\r\n%b\r\n" % (len(piece), piece))
                await writer.drain()
                sent += len(piece)
                await asyncio.sleep(0.001)
        assert b" 413 " in await asyncio.wait_for(status, 20)
        assert sent < 16 * 1024 * 1024
        writer.close()
        assert await app.state.context.db.value("SELECT count(*) FROM orders") == 0
        # the next one is served
        assert (await clients.acme.get("/api/engines")).status_code == 200
