"""GET /config: made of settings and constants alone, so it costs nothing and is the same for everybody."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from accounts.services.avatars import MAX_BYTES
from core import clock
from core.schemas import problems
from jobs.models.job import MAX_APPLICANTS_NEEDED, MAX_DAYS, MAX_RATE_KOBO
from jobs.schemas.terms import MIN_RATE_KOBO
from jobs.services.attendance import OPENS_BEFORE
from jobs.services.bounds import longest_shift_minutes, minimum_rate_kobo
from jobs.services.cancelling import FREE_UNTIL
from jobs.services.clockwork import DECIDED_AFTER
from jobs.services.no_shows import NO_SHOW_AFTER
from jobs.services.settlement import DISPUTABLE_FOR
from jobs.services.withdrawing import LATE_WITHIN
from payment.services.withdrawals import BANK_ACCOUNT_HOLD
from payshift.config_schemas import ConfigOut
from rating.models import REVIEW_WINDOW

router = Router(tags=["config"])
KEPT_SECONDS = 300


def _hours(time: timedelta) -> int:
    return time // timedelta(hours=1)


def _minutes(time: timedelta) -> int:
    return time // timedelta(minutes=1)


@router.get("/config", auth=None, response={200: ConfigOut, **problems()})
def get_config(request: HttpRequest, response: HttpResponse) -> ConfigOut:
    """The numbers of the rules, for screens that tell or compute with them. What one may do is told by each object."""
    response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    today = clock.now().date()
    return ConfigOut(
        platform_fee_bps=settings.PLATFORM_FEE_BPS,
        late_cancel_compensation_bps=settings.LATE_CANCEL_COMPENSATION_BPS,
        minimum_withdrawal_kobo=settings.MIN_WITHDRAWAL_KOBO,
        free_card_refunds_per_month=settings.FREE_CARD_REFUNDS_PER_MONTH,
        card_refund_fee_bps=settings.CARD_REFUND_FEE_BPS,
        maximum_card_refund_fee_kobo=settings.MAX_CARD_REFUND_FEE_KOBO,
        minimum_rate_kobo=max(MIN_RATE_KOBO, minimum_rate_kobo(today)),
        maximum_rate_kobo=MAX_RATE_KOBO,
        longest_shift_minutes=longest_shift_minutes(today),
        maximum_places=MAX_APPLICANTS_NEEDED,
        maximum_days=MAX_DAYS,
        time_zone=settings.DEFAULT_JOB_TIME_ZONE,
        check_in_radius_m=settings.CHECK_IN_RADIUS_M,
        check_in_opens_minutes=_minutes(OPENS_BEFORE),
        no_show_after_minutes=_minutes(NO_SHOW_AFTER),
        decided_after_hours=_hours(DECIDED_AFTER),
        withheld_hours=_hours(DISPUTABLE_FOR),
        dispute_hours=_hours(DISPUTABLE_FOR),
        late_withdrawal_hours=_hours(LATE_WITHIN),
        free_cancel_hours=_hours(FREE_UNTIL),
        review_days=REVIEW_WINDOW // timedelta(days=1),
        bank_account_hold_hours=_hours(BANK_ACCOUNT_HOLD),
        avatar_bytes=MAX_BYTES,
        virtual_accounts=settings.VIRTUAL_ACCOUNTS,
        is_sandbox=settings.DEBUG,
    )
