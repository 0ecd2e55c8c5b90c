"""Withdrawals that wait together leave in one call, and each ends by itself, whatever becomes of the call.

M7 holds for each of them as for one that leaves alone: one transfer at most, and its money back once if there is none.
"""

import contextlib
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
import time_machine
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from accounts.models import CustomUser
from core import clock
from core.queries import count_queries
from payment.models import AccountKind, Withdrawal, WithdrawalStatus
from payment.providers.base import Payout, ProviderError
from payment.providers.http import ProviderHttp
from payment.services import payout_batches, payouts
from payment.services.accounts import system_account, wallet_account
from payment.services.payout_batches import send_withdrawal
from payment.services.payouts import FOR_STAFF, NOT_SENT, WAITS_FOR_BALANCE
from payment.services.reconciliation import sweep_withdrawals
from payment.services.stopping import STOPPED
from payment.services.withdrawals import withdraw
from tests.factories.accounts import BankAccountFactory, UserFactory
from tests.factories.payment import balance_of, fund_wallet
from tests.payment.conftest import alerts
from tests.payment.test_outcomes import OURS, THEIRS, TRANSFERS, UNKNOWN
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import race

pytestmark = pytest.mark.django_db(transaction=True)

AMOUNT, FUNDS = 500_000, 800_000
IN_FLIGHT = system_account(AccountKind.PAYOUTS_IN_FLIGHT)
ANSWERS = [(answer, stands_for) for provider, answer, stands_for in TRANSFERS if provider == "paystack"]

type Queue = Callable[[int], list[Withdrawal]]


@pytest.fixture
def queue(gateway: Gateway) -> Queue:
    """So many withdrawals of as many people, none of them sent."""
    gateway.set_balance(100_000_000)

    def queued(number: int) -> list[Withdrawal]:
        return [asked_for(number_of_account=f"000{place:07}") for place in range(1, number + 1)]

    return queued


def asked_for(*, number_of_account: str) -> Withdrawal:
    user: CustomUser = UserFactory()
    longer_ago = clock.now() - timedelta(hours=25)
    BankAccountFactory(user=user, account_number=number_of_account, verified_at=longer_ago, changed_at=longer_ago)
    fund_wallet(user.pk, FUNDS)
    return withdraw(user_id=user.pk, amount_kobo=AMOUNT)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each path of the provider was asked: the calls are made as ever."""
    counted = Counter[str]()
    real_post, real_get = ProviderHttp.post, ProviderHttp.get

    def post(http: ProviderHttp, path: str, **more: object) -> object:
        counted[path] += 1
        return real_post(http, path, **more)  # type: ignore[arg-type]

    def get(http: ProviderHttp, path: str, **more: object) -> object:
        counted[path.rpartition("/")[0] or path] += 1
        return real_get(http, path, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(ProviderHttp, "post", post)
    monkeypatch.setattr(ProviderHttp, "get", get)
    return counted


def send(withdrawal: Withdrawal) -> None:
    """As the worker, whose next try is left to the sweep."""
    with contextlib.suppress(ProviderError):
        send_withdrawal(withdrawal_id=withdrawal.pk)


def sweep(run_jobs: RunJobs | None = None, **later: int) -> None:
    with time_machine.travel(clock.now() + timedelta(**later)):
        sweep_withdrawals()
        if run_jobs:
            run_jobs(allow_failures=True)


def outcomes(rows: list[Withdrawal]) -> list[tuple[str, int]]:
    """Of each its state, and what is in the wallet."""
    for row in rows:
        row.refresh_from_db()
    return [(row.status, balance_of(wallet_account(row.wallet.user_id))) for row in rows]


def at_gateway(gateway: Gateway) -> dict[str, int]:
    return {row["reference"]: row["repeats"] for row in gateway.transfers()}


def settle(gateway: Gateway) -> None:
    for row in gateway.transfers():
        gateway.settle_transfer(row["reference"], "success")


def test_those_that_wait_leave_in_one_call_and_none_is_asked_about_by_its_own_job(
    queue: Queue, gateway: Gateway, calls: Counter[str], run_jobs: RunJobs
) -> None:
    rows = queue(5)

    run_jobs()

    # Alone each would cost three calls: fifteen.
    assert calls == {"/balance": 1, "/transferrecipient": 5, "/transfer/bulk": 1}
    assert at_gateway(gateway) == {row.reference: 0 for row in rows}
    assert outcomes(rows) == [("sending", FUNDS - AMOUNT)] * 5
    assert {row.message for row in rows} == {""}
    settle(gateway)
    sweep(minutes=3)
    assert outcomes(rows) == [("paid", FUNDS - AMOUNT)] * 5
    # By the provider's number and with its fee, which the answer to the call had not.
    assert {(row.provider_id.isdecimal(), row.provider_fee_kobo) for row in rows} == {(True, 1_000)}


def test_one_that_waits_alone_leaves_by_itself(queue: Queue, calls: Counter[str], run_jobs: RunJobs) -> None:
    queue(1)

    run_jobs()

    assert calls == {"/balance": 1, "/transferrecipient": 1, "/transfer": 1}


def test_together_they_cost_fewer_calls_and_no_more_statements_than_one_by_one(
    queue: Queue, calls: Counter[str], settings: Settings
) -> None:
    spent = {}
    for at_once in (1, 100):
        settings.PAYOUTS_AT_ONCE = at_once
        rows = queue(5)
        calls.clear()
        with count_queries() as counted:
            for row in rows:
                send(row)
        spent[at_once] = (calls.total(), counted.count)

    assert (spent[1][0], spent[100][0]) == (15, 7)
    assert spent[100][1] <= spent[1][1], spent


def test_no_more_than_the_setting_leave_at_once_and_one_is_one_by_one(
    queue: Queue, calls: Counter[str], settings: Settings, run_jobs: RunJobs
) -> None:
    settings.PAYOUTS_AT_ONCE = 2
    queue(5)
    run_jobs()
    in_pairs = Counter(calls)
    calls.clear()

    settings.PAYOUTS_AT_ONCE = 1
    queue(2)
    run_jobs()

    assert (in_pairs["/transfer/bulk"], in_pairs["/transfer"]) == (2, 1)
    assert (calls["/transfer/bulk"], calls["/transfer"]) == (0, 2)


def test_provider_whose_answer_tells_of_none_is_asked_for_each(
    queue: Queue, gateway: Gateway, settings: Settings, run_jobs: RunJobs
) -> None:
    settings.PAYOUT_PROVIDER = "flutterwave"
    gateway.set_balance(100_000_000, provider="flutterwave")
    rows = queue(3)

    run_jobs()

    assert at_gateway(gateway) == {row.reference: 0 for row in rows}


@pytest.mark.parametrize(("answer", "stands_for"), ANSWERS)
def test_m7_an_answer_after_the_effect_never_gives_any_money_back(
    answer: str, stands_for: str, queue: Queue, gateway: Gateway, run_jobs: RunJobs
) -> None:
    rows = queue(3)
    gateway.fault("answer_after_effect", operation="bulk_transfer", value=answer)

    send(rows[0])
    sweep(run_jobs, minutes=3)
    settle(gateway)
    sweep(run_jobs, minutes=10)

    assert outcomes(rows) == [("paid", FUNDS - AMOUNT)] * 3
    assert at_gateway(gateway) == {row.reference: 0 for row in rows}


@pytest.mark.parametrize(("answer", "stands_for"), ANSWERS)
def test_m7_an_answer_without_the_effect_ends_as_it_says_and_refuses_nobody(
    answer: str, stands_for: str, queue: Queue, gateway: Gateway, run_jobs: RunJobs
) -> None:
    rows = queue(3)
    gateway.fault("answer_before", operation="bulk_transfer", value=answer)

    send(rows[1])
    at_once = outcomes(rows)
    sweep(run_jobs, minutes=3)
    soon = outcomes(rows)
    sweep(run_jobs, minutes=70)

    assert at_once == [("unknown" if stands_for == UNKNOWN else "sending", FUNDS - AMOUNT)] * 3
    if stands_for == UNKNOWN:
        assert outcomes(rows) == [("unknown", FUNDS - AMOUNT)] * 3
        assert {row.message for row in rows} == {FOR_STAFF}
        # Once for all that were sent together.
        assert alerts() == ["transfer_without_verdict"]
        assert at_gateway(gateway) == {}
        return
    assert soon == [("sending", FUNDS - AMOUNT)] * 3
    assert at_gateway(gateway) == {row.reference: 0 for row in rows}
    about_us = stands_for == OURS and "rate_limited" not in answer
    assert len(alerts()) == about_us
    assert stands_for in (OURS, THEIRS)


@pytest.mark.parametrize("fault", ["drop_request", "drop_answer", "error_5xx_before", "error_5xx_after_effect"])
def test_m7_a_call_without_an_answer_pays_each_once_or_leaves_it_to_staff(
    fault: str, queue: Queue, gateway: Gateway, run_jobs: RunJobs
) -> None:
    rows = queue(3)
    gateway.fault(fault, operation="bulk_transfer")

    run_jobs(allow_failures=True)
    settle(gateway)
    sweep(run_jobs, minutes=10)
    sweep(run_jobs, minutes=80)

    has_effect = fault in ("drop_answer", "error_5xx_after_effect")
    assert outcomes(rows) == [("paid" if has_effect else "unknown", FUNDS - AMOUNT)] * 3
    assert set(at_gateway(gateway).values()) == ({0} if has_effect else set())
    assert balance_of(IN_FLIGHT) == (0 if has_effect else 3 * AMOUNT)


def answer_of(*rows: dict[str, object]) -> str:
    return "200 " + json.dumps({"status": True, "message": "transfers queued.", "data": rows})


def told(row: Withdrawal, **other: object) -> dict[str, object]:
    return {
        "reference": row.reference,
        "recipient": "RCP_x",
        "amount": AMOUNT,
        "transfer_code": f"TRF_{row.pk}",
        "currency": "NGN",
        "status": "pending",
        **other,
    }


def test_m7_each_row_of_the_answer_is_one_verdict_and_what_is_not_in_it_is_looked_up(
    queue: Queue, gateway: Gateway, run_jobs: RunJobs
) -> None:
    rows = queue(6)
    good, missing, twice, differing, other_sum, unreadable = rows
    answer = answer_of(
        told(good),
        told(twice),
        told(twice),
        told(differing),
        told(differing, status="failed"),
        told(other_sum, amount=AMOUNT + 1),
        told(unreadable, amount="much"),
        told(good, reference="wdr-of-somebody-else-0000"),
    )
    gateway.fault("answer_after_effect", operation="bulk_transfer", value=answer)

    send(missing)

    statuses = [status for status, _ in outcomes(rows)]
    # The one whose job it was is looked up at once.
    assert statuses == ["sending", "sending", "sending", "unknown", "sending", "unknown"]
    assert other_sum.message.startswith("The provider has ₦5,000.01.")
    assert alerts() == ["transfer_differs"]
    settle(gateway)
    sweep(run_jobs, minutes=3)
    assert [status for status, _ in outcomes(rows)] == ["paid"] * 6
    assert at_gateway(gateway) == {row.reference: 0 for row in rows}


def test_row_that_failed_in_the_answer_is_back_in_its_wallet_alone(queue: Queue, gateway: Gateway) -> None:
    first, second = rows = queue(2)
    answer = answer_of(told(first, status="failed"), told(second, status="success"))
    gateway.fault("answer_before", operation="bulk_transfer", value=answer)

    send(first)

    # `success` is believed once the transfer was looked up: the row has neither its number nor its fee.
    assert outcomes(rows) == [("failed", FUNDS), ("sending", FUNDS - AMOUNT)]


def test_failure_of_one_row_keeps_no_verdict_from_the_others_and_is_the_jobs(
    queue: Queue, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, run_jobs: RunJobs
) -> None:
    rows = queue(3)
    real = payouts.apply_payout

    def breaks_at_the_first(*, withdrawal_id: int, payout: Payout) -> Withdrawal:
        if withdrawal_id == rows[0].pk:
            raise RuntimeError("no room")
        return real(withdrawal_id=withdrawal_id, payout=payout)

    monkeypatch.setattr(payout_batches, "apply_payout", breaks_at_the_first)
    with pytest.raises(RuntimeError, match="no room"):
        send_withdrawal(withdrawal_id=rows[0].pk)
    outcomes(rows)

    assert [bool(row.provider_id) for row in rows] == [False, True, True]
    settle(gateway)
    sweep(run_jobs, minutes=3)
    assert outcomes(rows) == [("paid", FUNDS - AMOUNT)] * 3


def test_balance_that_is_short_for_all_sends_those_that_it_covers_and_tells_staff_once(
    queue: Queue, gateway: Gateway, run_jobs: RunJobs
) -> None:
    rows = queue(5)
    gateway.set_balance(2 * AMOUNT + 10_000)

    run_jobs()

    assert len(at_gateway(gateway)) == 2
    outcomes(rows)
    assert [row.message for row in rows] == ["", "", *[WAITS_FOR_BALANCE] * 3]
    assert alerts() == ["provider_balance_too_low"]
    gateway.set_balance(100_000_000)
    sweep(run_jobs, minutes=3)
    assert at_gateway(gateway) == {row.reference: 0 for row in rows}


def test_payee_that_the_provider_refuses_is_refused_alone(queue: Queue, gateway: Gateway, run_jobs: RunJobs) -> None:
    rows = queue(3)
    refused = asked_for(number_of_account="9999000001")

    run_jobs()
    sweep(run_jobs, minutes=3)

    assert outcomes([refused]) == [("failed", FUNDS)]
    assert at_gateway(gateway) == {row.reference: 0 for row in rows}


def test_banned_and_held_ones_stay_and_the_others_leave(queue: Queue, gateway: Gateway, run_jobs: RunJobs) -> None:
    banned, held, *others = rows = queue(4)
    CustomUser.objects.filter(pk=banned.wallet.user_id).update(is_active=False)
    held.wallet.held_at = clock.now()
    held.wallet.save(update_fields=["held_at"])

    run_jobs()

    assert at_gateway(gateway) == {row.reference: 0 for row in others}
    outcomes(rows)
    assert [row.message for row in rows] == [STOPPED, STOPPED, "", ""]
    assert [row.status for row in rows[:2]] == ["requested"] * 2


def test_m7_many_jobs_at_once_send_each_once(queue: Queue, gateway: Gateway) -> None:
    rows = queue(6)

    race(*[partial(send, row) for row in rows])

    assert at_gateway(gateway) == {row.reference: 0 for row in rows}


def test_control_without_the_rows_locks_transfers_are_asked_for_again(
    queue: Queue, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check alone, as it would be without its lock: by what each job had read before any of them wrote."""
    rows = queue(4)

    def unguarded(withdrawal_id: int, *, sent_at: datetime) -> bool:
        Withdrawal.objects.filter(pk=withdrawal_id).update(status="sending", sent_at=sent_at)
        return True

    monkeypatch.setattr(payout_batches, "begin_sending", unguarded)
    race(*[partial(send, row) for row in rows])

    assert sum(at_gateway(gateway).values()) > 0


def test_killed_before_the_call_nothing_left_and_staff_are_told_of_all_as_one(
    queue: Queue, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, run_jobs: RunJobs
) -> None:
    rows = queue(3)

    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(payout_batches, "_call", killed)
        with pytest.raises(KeyboardInterrupt):
            send_withdrawal(withdrawal_id=rows[0].pk)
    outcomes(rows)
    assert {(row.status, row.message) for row in rows} == {("sending", "")}
    # A job of one of them does not look while it may be on its way.
    run_jobs()
    assert {status for status, _ in outcomes(rows)} == {"sending"}

    sweep(run_jobs, minutes=3)
    sweep(run_jobs, minutes=80)

    assert outcomes(rows) == [("unknown", FUNDS - AMOUNT)] * 3
    assert (alerts(), at_gateway(gateway)) == (["transfer_without_verdict"], {})
    mail = ProcrastinateJob.objects.get(task_name="payment.tasks.mail_alert")
    assert mail.args["facts"]["sent_together"] == "3"


def test_refused_call_is_made_again_by_no_job_before_a_look_up_a_minute_later(
    queue: Queue, gateway: Gateway, calls: Counter[str], run_jobs: RunJobs
) -> None:
    rows = queue(3)
    refusal = '400 {"status": false, "message": "Nope", "code": "insufficient_balance"}'
    gateway.fault("answer_before", operation="bulk_transfer", value=refusal)

    run_jobs()

    # Their own jobs ran as well.
    assert calls == {"/balance": 1, "/transferrecipient": 3, "/transfer/bulk": 1}
    assert alerts() == ["provider_balance_too_low"]
    sweep(run_jobs, minutes=3)
    assert at_gateway(gateway) == {row.reference: 0 for row in rows}
    assert alerts() == ["provider_balance_too_low"]


def test_staff_return_one_of_a_refused_call_and_it_is_not_sent_any_more(
    queue: Queue, gateway: Gateway, run_jobs: RunJobs
) -> None:
    first, *others = rows = queue(3)
    refusal = '400 {"status": false, "message": "Nope", "code": "invalid_recipient"}'
    gateway.fault("answer_before", operation="bulk_transfer", value=refusal)
    send(first)
    outcomes(rows)
    assert {row.message for row in rows} == {f"{NOT_SENT}Nope"}

    payouts.return_withdrawal(withdrawal_id=first.pk, message="Asked for by phone.")
    sweep(run_jobs, minutes=3)

    assert outcomes([first]) == [(WithdrawalStatus.FAILED, FUNDS)]
    assert at_gateway(gateway) == {row.reference: 0 for row in others}
