"""M9: who acts for a key holds a lease. A holder that dies is waited for, and one that is overtaken changes nothing."""

from collections.abc import Callable

import pytest
from django.db import transaction

from accounts.models import CustomUser
from core.errors import Conflict
from core.queries import count_queries
from jobs.models import Job
from payment.exceptions import IdempotencyKeyInFlight
from payment.models import IdempotencyKey, KeyLease, Payment
from payment.services.accounts import wallet_account
from payment.services.idempotency import Answer, Claim, answer_once, hash_of
from payment.services.key_leases import Lease, give_back, take_lease
from tests.factories.payment import balance_of, fund_wallet
from tests.payment.conftest import new_key
from tests.support.api_client import ApiClient
from tests.support.leases import lapse_leases
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND = Answer(201, b'{"by":"first"}'), Answer(201, b'{"by":"second"}')


def once(user: CustomUser, act: Callable[[Claim], Answer]) -> Answer:
    return answer_once(user_id=user.pk, operation="test", key="one", body="body", act=act)


def intends(resource: str, answer: Answer) -> Callable[[Claim], Answer]:
    """What a service does: one intent with its key, unless it resumes one."""

    def act(claim: Claim) -> Answer:
        if not claim.resource:
            with transaction.atomic():
                claim.commit_with(resource)
        return answer

    return act


def test_of_eight_at_once_one_has_the_lease() -> None:
    outcomes = race(*[lambda: take_lease("a key")] * 8)

    assert errors_of(outcomes) == [IdempotencyKeyInFlight] * 7
    assert KeyLease.objects.count() == 1


def test_of_eight_that_find_it_lapsed_one_takes_it() -> None:
    dead = take_lease("a key")
    lapse_leases()

    outcomes = race(*[lambda: take_lease("a key")] * 8)

    (taken,) = [outcome for outcome in outcomes if isinstance(outcome, Lease)]
    assert errors_of(outcomes) == [IdempotencyKeyInFlight] * 7
    assert (give_back(dead), give_back(taken)) == (False, True)


@pytest.mark.parametrize("ends", [ZeroDivisionError, Conflict, KeyboardInterrupt])
def test_the_lease_is_given_back_also_after_an_error(ends: type[BaseException], chidi: CustomUser) -> None:
    def act(claim: Claim) -> Answer:
        raise ends

    with pytest.raises(ends):
        once(chidi, act)

    assert not KeyLease.objects.exists()


def test_the_key_of_a_killed_holder_is_in_flight_until_its_lease_lapses(chidi: CustomUser) -> None:
    take_lease(f"{chidi.pk}:test:one")

    with pytest.raises(IdempotencyKeyInFlight):
        once(chidi, intends("a", FIRST))
    lapse_leases()

    assert once(chidi, intends("a", FIRST)) == FIRST
    assert not KeyLease.objects.exists()


def test_a_holder_that_is_slow_but_was_not_overtaken_is_answered(chidi: CustomUser) -> None:
    def act(claim: Claim) -> Answer:
        lapse_leases()
        return intends("a", FIRST)(claim)

    assert once(chidi, act) == FIRST
    assert bytes(IdempotencyKey.objects.get().response_body or b"") == FIRST.body


def test_a_holder_that_was_overtaken_before_its_intent_commits_nothing(chidi: CustomUser) -> None:
    def act(claim: Claim) -> Answer:
        lapse_leases()
        assert once(chidi, intends("of the second", SECOND)) == SECOND
        return intends("of the first", FIRST)(claim)

    with pytest.raises(IdempotencyKeyInFlight):
        once(chidi, act)

    assert once(chidi, act) == Answer(201, SECOND.body, replayed=True)
    assert IdempotencyKey.objects.get().resource == "of the second"


def test_one_that_overtook_a_holder_which_then_committed_its_intent_leaves_it_to_the_next(chidi: CustomUser) -> None:
    def second(claim: Claim) -> Answer:
        with transaction.atomic():
            first.commit_with("of the first")
        return intends("of the second", SECOND)(claim)

    first = Claim(user_id=chidi.pk, operation="test", key="one", body_hash=hash_of("body"))
    lease = take_lease(f"{chidi.pk}:test:one")
    lapse_leases()
    with pytest.raises(IdempotencyKeyInFlight):
        once(chidi, second)
    with pytest.raises(IdempotencyKeyInFlight):
        first.keep_answer(lease, status=201, body=FIRST.body)

    row = IdempotencyKey.objects.get()
    assert (row.resource, row.response_status) == ("of the first", None)


def test_a_holder_that_was_overtaken_after_its_intent_keeps_no_answer(chidi: CustomUser) -> None:
    resumed: list[str] = []

    def second(claim: Claim) -> Answer:
        resumed.append(claim.resource)
        return SECOND

    def first(claim: Claim) -> Answer:
        answer = intends("of the first", FIRST)(claim)
        lapse_leases()
        once(chidi, second)
        return answer

    with pytest.raises(IdempotencyKeyInFlight):
        once(chidi, first)

    assert resumed == ["of the first"]
    assert once(chidi, first) == Answer(201, SECOND.body, replayed=True)


def test_a_refusal_because_the_slow_holder_has_done_it_is_not_its_answer(chidi: CustomUser) -> None:
    def second(claim: Claim) -> Answer:
        with transaction.atomic():
            first.commit_with("of the first")
        raise Conflict

    first = Claim(user_id=chidi.pk, operation="test", key="one", body_hash=hash_of("body"))
    with pytest.raises(IdempotencyKeyInFlight):
        once(chidi, second)

    assert IdempotencyKey.objects.get().response_status is None
    assert once(chidi, lambda claim: Answer(201, claim.resource.encode())) == Answer(201, b"of the first")


def test_an_intent_that_was_replaced_meanwhile_is_not_replaced_again(chidi: CustomUser) -> None:
    """Two resume it, and each finds its attempt lost."""

    def claim(resource: str) -> Claim:
        return Claim(user_id=chidi.pk, operation="test", key="one", body_hash="x", resource=resource)

    with transaction.atomic():
        claim("").commit_with("try 1")
    one, other = claim("try 1"), claim("try 1")

    with transaction.atomic():
        one.commit_with("try 2")
    with pytest.raises(IdempotencyKeyInFlight), transaction.atomic():
        other.commit_with("try 2b")

    assert IdempotencyKey.objects.get().resource == "try 2"


def test_two_that_act_at_once_for_a_key_pay_once(chidi: CustomUser, job: Job) -> None:
    """As though every lease lapsed at once: each call finds that it may act, and the key's row decides."""
    fund_wallet(chidi.pk, 5 * job.price_kobo)
    key = new_key()

    def pay() -> int:
        lapse_leases()
        answer = ApiClient(chidi).post("/payments", {"job_id": job.pk, "provider": "wallet"}, Idempotency_Key=key)
        return int(answer.status_code)

    outcomes = race(*[pay] * 8)

    assert set(outcomes) <= {201, 409}
    assert Payment.objects.count() == 1
    assert balance_of(wallet_account(chidi.pk)) == 4 * job.price_kobo
    lapse_leases()
    assert pay() == 201


def test_control_without_the_key_row_in_the_intent_two_holders_intend_twice(chidi: CustomUser) -> None:
    intended: list[str] = []

    def act(claim: Claim) -> Answer:
        if not intended:
            lapse_leases()
            once(chidi, act_again)
        intended.append("first")
        return FIRST

    def act_again(claim: Claim) -> Answer:
        intended.append("second")
        return SECOND

    with pytest.raises(IdempotencyKeyInFlight):
        once(chidi, act)

    assert intended == ["second", "first"]


def test_an_answer_is_kept_and_the_lease_given_back_in_one_query_with_and_without_an_intent(chidi: CustomUser) -> None:
    for key, intent in (("with", "an intent"), ("without", "")):
        claim = Claim(user_id=chidi.pk, operation="test", key=key, body_hash=hash_of("body"))
        lease = take_lease(f"{chidi.pk}:test:{key}")
        if intent:
            with transaction.atomic():
                claim.commit_with(intent)

        with count_queries() as counted:
            claim.keep_answer(lease, status=201, body=FIRST.body)

        assert counted.count == 1
        row = IdempotencyKey.objects.get(key=key)
        assert (row.resource, row.response_status, bytes(row.response_body or b"")) == (intent, 201, FIRST.body)
        assert row.answered_at is not None
        assert not give_back(lease)
