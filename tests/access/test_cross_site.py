"""Who may send changes, branch by branch, and which settings may not start a service."""

import pytest
from starlette.datastructures import Headers

from service.auth.csrf import allowed
from service.settings import Settings

HOST = {"host": "gijiyoshi.example"}
OWN, FOREIGN = "https://gijiyoshi.example", "https://evil.example"


@pytest.mark.parametrize(
    ("headers", "public", "passes"),
    [
        ({"sec-fetch-site": "same-origin"}, None, True),
        ({"sec-fetch-site": "none"}, None, True),
        ({"sec-fetch-site": "same-site"}, None, False),
        ({"sec-fetch-site": "cross-site"}, None, False),
        ({"sec-fetch-site": "cross-site", "origin": OWN}, OWN, True),
        ({"sec-fetch-site": "cross-site", "origin": FOREIGN}, OWN, False),
        ({"sec-fetch-site": "anything else"}, None, False),
        ({"origin": OWN}, None, True),
        ({"origin": FOREIGN}, None, False),
        ({"origin": "null"}, None, False),
        ({"origin": ""}, None, False),
        ({"origin": OWN + ":8443"}, None, False),
        ({"origin": OWN}, OWN, True),
        ({"origin": "http://gijiyoshi.example"}, OWN, False),
        ({"origin": "null"}, OWN, False),
        ({}, None, True),
        ({"cookie": "gijiyoshi=x"}, None, True),
        ({"authorization": "Bearer gjy_x", "sec-fetch-site": "cross-site"}, None, True),
        ({"authorization": "Bearer gjy_x", "sec-fetch-site": "cross-site", "cookie": "gijiyoshi=x"}, None, False),
        ({"authorization": "Basic x", "sec-fetch-site": "cross-site"}, None, False),
    ],
)
def test_who_may_send_changes(headers: dict[str, str], public: str | None, passes: bool) -> None:
    given = Headers({**HOST, **headers})
    assert allowed("POST", given, public) is passes
    assert allowed("DELETE", given, public) is passes
    assert allowed("GET", given, public)


def test_a_missing_host_matches_no_origin() -> None:
    assert not allowed("POST", Headers({"origin": "null"}), None)
    assert not allowed("POST", Headers({"origin": "https://"}), None)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"environment": "production", "public_url": OWN}, "SECURE_COOKIES"),
        ({"environment": "production", "secure_cookies": True}, "PUBLIC_URL"),
        (
            {"environment": "production", "secure_cookies": True, "public_url": "http://gijiyoshi.example"},
            "PUBLIC_URL",
        ),
        ({"public_url": "gijiyoshi.example"}, "PUBLIC_URL"),
    ],
)
def test_unsafe_settings_do_not_start(values: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        Settings.model_validate({**values, "database_url": "postgresql+psycopg://u:hunter2@db/g"})
    assert "hunter2" not in str(caught.value)


def test_safe_settings_start() -> None:
    Settings.model_validate({"environment": "production", "secure_cookies": True, "public_url": OWN})
