"""What each example of a request needs to succeed: the state that it speaks of, with its ids, codes and tokens.

Nothing else of an example is changed. Every operation's can succeed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pyotp import TOTP

from accounts.models import CustomUser, OTPPurpose, Profile
from accounts.services.codes import issue_code
from core import clock
from jobs.models import Job, JobStatus, ShiftAssignment
from payment.services.accounts import wallet_of
from payshift.examples import EMAIL, PASSWORD, REQUESTS
from tests.architecture.access_matrix import MATRIX
from tests.architecture.world import World, assignment, funded_job
from tests.factories.accounts import TOTP_SECRET, BankAccountFactory, SecondFactorFactory, UserFactory
from tests.factories.payment import fund_wallet
from tests.support.api_client import ApiClient

# Named in an example, and other ones wherever it is sent.
OWN = {"job_id", "user_id", "subject_id", "assignment_id", "assignment_ids", "reviewed_id"}


@dataclass
class Staged:
    caller: CustomUser
    body: dict[str, Any]
    ids: dict[str, Any] = field(default_factory=dict)


def stage(name: str, world: World) -> Staged:
    """Who sends the example, with which body, and what its path is filled with beside the world's ids."""
    row, example = MATRIX[name], REQUESTS[name]
    of_matrix = row.body(world) if callable(row.body) else row.body or {}
    own = {key: of_matrix[key] for key in OWN & example.keys()}
    staged = Staged(getattr(world, row.owner), {**example, **own})
    _know_password(staged.caller)
    if name in STAGES:
        STAGES[name](staged, world)
    return staged


def _know_password(user: CustomUser) -> None:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])


def _code(purpose: OTPPurpose, sent_to: str = EMAIL) -> Callable[[Staged, World], None]:
    def arrange(staged: Staged, world: World) -> None:
        if purpose is OTPPurpose.VERIFY_EMAIL:
            CustomUser.objects.filter(pk=staged.caller.pk).update(email_verified_at=None)
        issued = issue_code(user=staged.caller, purpose=purpose, sent_to=sent_to)
        assert issued is not None
        staged.body["code"] = issued[1]

    return arrange


def _log_in(staged: Staged, world: World) -> None:
    answer = ApiClient().post("/auth/login", REQUESTS["log_in"])
    staged.body["refresh_token"] = answer.json()["refresh_token"]


def _second_factor(*, is_on: bool) -> Callable[[Staged, World], None]:
    def arrange(staged: Staged, world: World) -> None:
        now = clock.now()
        SecondFactorFactory.create(user=staged.caller, confirmed_at=now if is_on else None)
        staged.body["second_factor_code"] = TOTP(TOTP_SECRET).at(now)

    return arrange


def _somebody_free(staged: Staged, world: World) -> None:
    """Without work or money on the way."""
    staged.caller = UserFactory.create(email="free@example.com", password=PASSWORD)


def _somebody_with_money(staged: Staged, world: World) -> None:
    _somebody_free(staged, world)
    BankAccountFactory.create(user=staged.caller)
    wallet_of(staged.caller.pk)
    fund_wallet(staged.caller.pk, 500_000)


def _with_a_phone(staged: Staged, world: World) -> None:
    Profile.objects.filter(user=staged.caller).update(phone="+2348031234567")


def _at_the_place(staged: Staged, world: World) -> None:
    Job.objects.filter(applications=world.expected).update(**REQUESTS["check_in"])


def _a_whole_day(staged: Staged, world: World) -> None:
    """A shift of eight hours, of which an hour was not recorded."""
    yesterday = (clock.now() - timedelta(days=1)).date()
    job = funded_job(world.chidi, title="A day", status=JobStatus.ONGOING, date=yesterday)
    staged.caller = UserFactory.create(email="whole@example.com")
    shift = assignment(job, staged.caller, checked_out=True)
    ShiftAssignment.objects.filter(pk=shift.pk).update(worked_minutes=420)
    staged.ids["arriving"] = shift.pk


def _offered(staged: Staged, world: World) -> None:
    path = f"/assignments/{world.working.pk}/extra-time"
    assert ApiClient(world.chidi).post(path, REQUESTS["offer_extra_time"]).status_code == 200


STAGES: dict[str, Callable[[Staged, World], None]] = {
    "verify_email": _code(OTPPurpose.VERIFY_EMAIL),
    "confirm_password_reset": _code(OTPPurpose.RESET_PASSWORD),
    "confirm_email_change": _code(OTPPurpose.CHANGE_EMAIL, REQUESTS["request_email_change"]["email"]),
    "refresh_tokens": _log_in,
    "confirm_second_factor": _second_factor(is_on=False),
    "renew_recovery_codes": _second_factor(is_on=True),
    "stop_second_factor": _second_factor(is_on=True),
    "change_role": _somebody_free,
    "delete_me": _somebody_free,
    "withdraw_everything": _somebody_with_money,
    "ask_for_virtual_account": _with_a_phone,
    "check_in": _at_the_place,
    "ask_for_minutes": _a_whole_day,
    "accept_extra_time": _offered,
    "decline_extra_time": _offered,
}
