from typing import Any

import pytest
from django.test import override_settings

from payment.checks import check_provider_addresses, check_provider_keys

PRODUCTION: dict[str, Any] = {
    "DEBUG": False,
    "PAYSTACK_SECRET_KEY": "sk_live_abc",
    "PAYSTACK_BASE_URL": "https://api.paystack.co",
    "FLUTTERWAVE_SECRET_KEY": "FLWSECK-abc",
    "FLUTTERWAVE_WEBHOOK_HASH": "a long random value",
    "FLUTTERWAVE_BASE_URL": "https://api.flutterwave.com/v3",
    "PREMBLY_BASE_URL": "https://api.prembly.com",
    "PAYOUT_PROVIDER": "paystack",
    "SANDBOX_GATEWAY_URL": "",
    "STAGING": False,
}
STAGING: dict[str, Any] = PRODUCTION | {
    "STAGING": True,
    "PAYSTACK_SECRET_KEY": "sk_test_abc",
    "FLUTTERWAVE_SECRET_KEY": "",
}
DEVELOPMENT: dict[str, Any] = PRODUCTION | {
    "DEBUG": True,
    "PAYSTACK_SECRET_KEY": "sk_test_abc",
    "PAYSTACK_BASE_URL": "http://127.0.0.1:8001/paystack",
    "FLUTTERWAVE_SECRET_KEY": "FLWSECK_TEST-abc",
    "SANDBOX_GATEWAY_URL": "http://127.0.0.1:8001",
}


def found(settings: dict[str, Any]) -> list[str]:
    with override_settings(**settings):
        return [str(message.id) for message in (*check_provider_keys(None), *check_provider_addresses(None))]


@pytest.mark.parametrize("settings", [PRODUCTION, STAGING, DEVELOPMENT], ids=["production", "staging", "development"])
def test_a_right_configuration_passes(settings: dict[str, Any]) -> None:
    assert found(settings) == []


@pytest.mark.parametrize(
    ("base", "wrong", "expected"),
    [
        (DEVELOPMENT, {"PAYSTACK_SECRET_KEY": "sk_live_abc"}, "payment.E001"),
        (DEVELOPMENT, {"FLUTTERWAVE_SECRET_KEY": "FLWSECK-abc"}, "payment.E001"),
        (PRODUCTION, {"PAYSTACK_SECRET_KEY": "sk_test_abc"}, "payment.E002"),
        (PRODUCTION, {"FLUTTERWAVE_SECRET_KEY": "FLWSECK_TEST-abc"}, "payment.E002"),
        (STAGING, {"PAYSTACK_SECRET_KEY": "sk_live_abc"}, "payment.E002"),
        (PRODUCTION, {"PAYSTACK_SECRET_KEY": "pk_live_abc"}, "payment.E003"),
        (PRODUCTION, {"PAYSTACK_SECRET_KEY": ""}, "payment.W002"),
        (PRODUCTION, {"FLUTTERWAVE_WEBHOOK_HASH": ""}, "payment.E005"),
        (PRODUCTION, {"SANDBOX_GATEWAY_URL": "http://127.0.0.1:8001"}, "payment.E006"),
        (PRODUCTION, {"PAYSTACK_BASE_URL": "http://api.paystack.co"}, "payment.E007"),
        (PRODUCTION, {"PREMBLY_BASE_URL": "http://api.prembly.com"}, "payment.E007"),
        (PRODUCTION, {"FLUTTERWAVE_BASE_URL": "https://api.flutterwave.example"}, "payment.W001"),
    ],
)
def test_a_wrong_configuration_is_named(base: dict[str, Any], wrong: dict[str, str], expected: str) -> None:
    assert found(base | wrong) == [expected]
