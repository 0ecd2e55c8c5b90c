"""The bank directory against the gateway: kept for a day, and yesterday's when the provider is away."""

import pytest
from django.core.cache import cache
from django.test import override_settings

from accounts.exceptions import AccountNotFound
from accounts.ports import BANK_DIRECTORY
from payment.exceptions import ProviderUnavailable
from payment.services.directory import ProviderBankDirectory
from tests.support.gateway import Gateway

pytestmark = pytest.mark.django_db(transaction=True)

AWAY = override_settings(
    PAYSTACK_BASE_URL="http://127.0.0.1:9", FLUTTERWAVE_BASE_URL="http://127.0.0.1:9", PROVIDER_TIMEOUT_SECONDS=0.5
)


@pytest.fixture
def directory(gateway: Gateway) -> ProviderBankDirectory:
    cache.clear()
    return ProviderBankDirectory()


def test_it_is_what_accounts_asks_for() -> None:
    assert isinstance(BANK_DIRECTORY.get(), ProviderBankDirectory)


@pytest.mark.parametrize("provider", ["paystack", "flutterwave"])
def test_the_banks_are_listed_by_name(provider: str, directory: ProviderBankDirectory) -> None:
    with override_settings(PAYOUT_PROVIDER=provider):
        banks = directory.banks()

    names = [bank.name for bank in banks]
    assert len(banks) > 10
    assert names == sorted(names)
    assert len({bank.code for bank in banks}) == len(banks)


def test_the_banks_are_kept(directory: ProviderBankDirectory) -> None:
    banks = directory.banks()

    with AWAY:
        assert directory.banks() == banks


def test_yesterdays_banks_are_better_than_none(directory: ProviderBankDirectory) -> None:
    banks = directory.banks()
    cache.delete("payment:banks:paystack")

    with AWAY:
        assert directory.banks() == banks


def test_without_provider_and_without_a_kept_list_it_is_unavailable(directory: ProviderBankDirectory) -> None:
    with AWAY, pytest.raises(ProviderUnavailable):
        directory.banks()


@pytest.mark.parametrize("provider", ["paystack", "flutterwave"])
def test_a_name_enquiry_tells_the_holder(provider: str, gateway: Gateway, directory: ProviderBankDirectory) -> None:
    gateway.register_account(bank_code="058", account_number="0001234567", account_name="WALE ADEYEMI")

    with override_settings(PAYOUT_PROVIDER=provider):
        name = directory.resolve_account_name(bank_code="058", account_number="0001234567")

    assert name == "WALE ADEYEMI"


def test_an_account_that_is_not_there_is_not_found(directory: ProviderBankDirectory) -> None:
    with pytest.raises(AccountNotFound):
        directory.resolve_account_name(bank_code="no-such-bank", account_number="0001234567")


def test_a_name_enquiry_without_the_provider_is_unavailable(directory: ProviderBankDirectory) -> None:
    with AWAY, pytest.raises(ProviderUnavailable):
        directory.resolve_account_name(bank_code="058", account_number="0001234567")
