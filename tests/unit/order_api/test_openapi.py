import json
from pathlib import Path
from typing import Any

import pytest

from answerlens_order_api.openapi import description
from answerlens_orders.brands.contradictions import contradictions
from answerlens_orders.orders.form import OrderForm

WRITTEN = Path(__file__).parents[3] / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return description()


def test_the_written_description_is_up_to_date(document: dict[str, Any]) -> None:
    """Renewed by `python -m answerlens_order_api.openapi > docs/openapi.json`."""
    assert json.loads(WRITTEN.read_text(encoding="utf-8")) == document


def test_every_operation_is_protected_and_its_errors_are_problems(document: dict[str, Any]) -> None:
    assert len(document["paths"]) > 10
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert path.startswith("/api/")
            assert operation["security"] == [{"key": []}]
            assert operation["summary"]
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert list(answer["content"]) == ["application/problem+json"]
            assert {"401", "500", "503"} <= operation["responses"].keys()


def test_the_example_is_an_order(document: dict[str, Any]) -> None:
    (example,) = document["components"]["schemas"]["OrderForm"]["examples"]
    order = OrderForm.model_validate(example)
    assert contradictions(order.brand, order.competitors) == []
