"""What `seed.sql.gz` holds, by name."""

KEYWORD, OTHER_KEYWORD = "蓝牙耳机", "咖啡机"

ORDERS = {
    # four days of it, one of which was backdated; analysed again with another alias
    "measured": "c4e2a720-3758-4541-90c4-ba1f2dd0bfa1",
    # the rival's, on the same keyword; its second day was withdrawn
    "withdrawn": "e44fbc12-cc9d-40f7-a4e3-2d18a9fe7a0e",
    "partly": "62eacc94-fa94-4200-91a5-4e1fb0afc266",  # captchas on one of its engines
    "failed": "58c987d1-2e62-480f-86dd-68cbdcfb7ba2",  # what people ask could not be searched
    "one-engine": "931c2150-40f9-4bc1-85c1-8e15d0b7410a",  # one of its engines failed
    "cancelled": "dd469c14-6c19-4355-906a-f58c34d2460f",
    "running": "815e1fe9-af47-4234-ae58-727428c214ea",  # the rival's
    "queued": "b7d1c1de-0a4b-4c58-9d0c-6a1f4c2e9a11",
}
OWNERS = {name: "rival" if name in {"withdrawn", "running"} else "client" for name in ORDERS}
BACKDATED = "2026-11-28"
FIRST = "2026-12-01"
SECOND = "2026-12-02"
THIRD = "2026-12-03"
DATES = (BACKDATED, FIRST, SECOND, THIRD)
UNKNOWN_ORDER = "00000000-0000-4000-8000-000000000000"
PLACED_KEY = "golden-placed"
"""The Idempotency-Key of the measured order."""
FAILED_TASK = "82"
"""The failed order's search."""
