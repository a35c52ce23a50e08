import json

from tests.unit.cli.conftest import Run

USER = {"name": "新 客户", "role": "client", "revoked": True, "created_at": "2026-01-02T03:04:05Z"}
MADE = {"name": "acme", "role": "admin", "key": "al_x"}


def test_a_new_user_is_shown_with_the_key(run: Run) -> None:
    result, fake = run({"POST /api/users": MADE}, "user", "add", "acme", "--role", "admin", "--rotate")
    assert fake.body == {"name": "acme", "role": "admin", "rotate": True}
    assert fake.requests[0].headers["authorization"] == "Bearer admin"
    assert "al_x" in result.stdout
    assert json.loads(run({"POST /api/users": MADE}, "user", "add", "acme", "--json")[0].stdout) == MADE


def test_users_are_listed(run: Run) -> None:
    page = {"items": [USER], "next": "abc"}
    result, _ = run({"GET /api/users": page}, "user", "list")
    assert all(words in result.stdout for words in ("新 客户", "client", "revoked", "--cursor abc"))
    result, fake = run({"GET /api/users": page}, "user", "list", "--json", "--cursor", "abc")
    assert json.loads(result.stdout) == page
    assert fake.requests[0].url.params["cursor"] == "abc"


def test_a_user_is_revoked_whatever_the_name(run: Run) -> None:
    result, fake = run({"DELETE /api/users/新 客/户": USER}, "user", "revoke", "新 客/户")
    assert result.exit_code == 0
    assert fake.requests[0].url.raw_path.count(b"/") == 3


def test_a_refresh_is_asked_for(run: Run) -> None:
    answer = {"date": "2026-01-31", "message": "2026-01-31 is completed."}
    result, fake = run({"POST /api/refresh": answer}, "refresh", "--date", "2026-01-31")
    assert fake.body == {"date": "2026-01-31"}
    assert fake.requests[0].headers["authorization"] == "Bearer admin"
    assert result.stdout == "2026-01-31 is completed.\n"
    assert (
        json.loads(run({"POST /api/refresh": answer}, "refresh", "--date", "2026-01-31", "--json")[0].stdout) == answer
    )
    assert run({}, "refresh", "--date", "2026-02-31")[0].exit_code == 2
