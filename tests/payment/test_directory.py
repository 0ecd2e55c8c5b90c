"""The bank directory against the gateway: what is kept is given, and renewed by a job."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import override_settings

from accounts.exceptions import AccountNotFound
from accounts.ports import BANK_DIRECTORY
from core import clock
from payment.exceptions import ProviderUnavailable
from payment.services.directory import ProviderBankDirectory
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs

type Queued = Callable[[], list[tuple[str, dict[str, object]]]]

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


def test_a_list_that_is_kept_is_given_without_asking(directory: ProviderBankDirectory, queued_jobs: Queued) -> None:
    banks = directory.banks()

    with AWAY:
        assert directory.banks() == banks
    assert queued_jobs() == []


def test_an_old_list_is_given_at_once_and_renewed_by_one_job(
    directory: ProviderBankDirectory, queued_jobs: Queued, run_jobs: RunJobs
) -> None:
    banks = directory.banks()

    with time_machine.travel(clock.now() + timedelta(days=40)):
        with AWAY:
            assert [directory.banks() for _ in range(3)] == [banks] * 3
        assert queued_jobs() == [("payment.tasks.refresh_banks", {"provider": "paystack"})]
        run_jobs()
        cache.delete("payment:banks-asked:paystack")

        assert directory.banks() == banks
        assert queued_jobs() == []


def test_without_provider_and_without_a_kept_list_it_is_unavailable_and_asked_for_later(
    directory: ProviderBankDirectory, queued_jobs: Queued, run_jobs: RunJobs
) -> None:
    with AWAY, pytest.raises(ProviderUnavailable):
        directory.banks()
    assert queued_jobs() == [("payment.tasks.refresh_banks", {"provider": "paystack"})]

    run_jobs()

    with AWAY:
        assert len(directory.banks()) > 10


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


@pytest.mark.parametrize(
    ("provider", "answer"),
    [
        ("paystack", '400 {"status": false, "message": "Test mode daily limit of 3 live bank resolves exceeded"}'),
        ("flutterwave", '400 {"status": "error", "message": "Too many requests for this account"}'),
    ],
)
def test_a_limit_on_enquiries_is_not_told_as_a_wrong_account(
    provider: str, answer: str, gateway: Gateway, directory: ProviderBankDirectory
) -> None:
    gateway.fault("answer_before", provider=provider, operation="resolve", value=answer, times=3)

    with override_settings(PAYOUT_PROVIDER=provider), pytest.raises(ProviderUnavailable):
        directory.resolve_account_name(bank_code="058", account_number="0001234567")
