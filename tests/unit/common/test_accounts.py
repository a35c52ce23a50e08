import base64
import hmac
import json

import pytest
from pydantic import ValidationError

from answerlens_common.contracts.services import SERVICES, AccountSettings, account_name
from answerlens_common.db.roles import RoleNameError, grants, role_names, scram_verifier

PASSWORDS = dict.fromkeys(SERVICES, "p")


def settings(monkeypatch: pytest.MonkeyPatch, passwords: object) -> AccountSettings:
    monkeypatch.setenv("ANSWERLENS_SERVICE_PASSWORDS", json.dumps(passwords))
    return AccountSettings()


def test_accounts_are_named_after_the_installation() -> None:
    assert account_name("lens2", "order-api") == "lens2_order_api"


def test_no_passwords_or_one_for_each_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANSWERLENS_SERVICE_PASSWORDS", raising=False)
    assert AccountSettings().passwords == {}
    assert settings(monkeypatch, PASSWORDS).passwords.keys() == {*SERVICES}


@pytest.mark.parametrize(
    ("passwords", "named"),
    [
        ({"scorer": "p"}, "analyzer"),
        (PASSWORDS | {"mailer": "p"}, "mailer"),
        (PASSWORDS | {"scorer": ""}, "scorer"),
        (PASSWORDS | {"collector": "密码"}, "collector"),
    ],
)
def test_a_wrong_set_of_passwords_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, passwords: dict[str, str], named: str
) -> None:
    with pytest.raises(ValidationError, match=named):
        settings(monkeypatch, passwords)


def test_a_role_whose_name_would_be_cut_is_refused() -> None:
    with pytest.raises(RoleNameError, match="shorten"):
        role_names("x" * 60)


def test_a_verifier_is_what_the_standard_says() -> None:
    # of the exchange in RFC 7677, section 3, whose last message a server makes with what it has stored
    verifier = scram_verifier("pencil", base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
    assert verifier.startswith("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$")
    nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    said = f"n=user,r=rOprNGfwEbeRWgbNEkqO,r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r={nonce}"
    signature = hmac.digest(base64.b64decode(verifier.rpartition(":")[2]), said.encode(), "sha256")
    assert base64.b64encode(signature) == b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_grants_name_roles_as_identifiers() -> None:
    names = role_names('my"db')
    statements = [*grants('my"db', names, {"TABLE": ["orders", "odd name"], "SEQUENCE": ["numbers"]})]
    assert any(
        line.startswith('REVOKE ALL ON TABLE "orders", "odd name" FROM "my""db_order_api", ') for line in statements
    )
    assert f'GRANT SELECT ON "engine" TO "{names["collector"].replace(chr(34), chr(34) * 2)}"' in statements
    assert 'GRANT CONNECT ON DATABASE "my""db" TO ' in statements[0]
    assert 'GRANT SELECT, UPDATE ("order_id") ON "measurement" TO "my""db_analyzer"' in statements
