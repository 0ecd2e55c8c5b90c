"""P1 and P2 as one table: who may call which operation, and what the others get.

A row names its owner: the person who may. The stranger has the same role and nothing to do with the object (Emeka for
Chidi, Sade for a worker), the wrong role is the other one (Sade for Chidi, Emeka for a worker), staff is Bisi. A clerk
is staff without any permission: what Bisi may do to other people's, the clerk is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core import clock
from tests.architecture.world import HERE, World
from tests.factories.accounts import PASSWORD
from tests.factories.jobs import TEMPLATE_TERMS

type Body = Callable[[World], Any] | dict[str, Any] | None
CHIDI, WALE, ADA = "chidi", "wale", "ada"
STRANGERS = {CHIDI: "emeka", WALE: "sade", ADA: "sade"}
WRONG_ROLES = {CHIDI: "sade", WALE: "emeka", ADA: "emeka"}


@dataclass(frozen=True)
class Row:
    owner: str
    path: str
    owner_gets: int
    stranger_gets: int
    wrong_role_gets: int
    staff_gets: int
    body: Body = None
    anonymous_gets: int = 401
    money: bool = False
    upload: bool = False
    # Calls a provider, which no open transaction may: the row runs in a test without one.
    network: bool = False

    @property
    def clerk_gets(self) -> int:
        is_right_of_staff = self.staff_gets < 400 <= self.stranger_gets
        return 403 if is_right_of_staff else self.staff_gets


def own(path: str, gets: int = 200, *, owner: str = WALE, **options: Any) -> Row:
    """About the caller: everybody has their own."""
    return Row(owner, path, gets, gets, gets, gets, **options)


def public(path: str, gets: int, body: Body) -> Row:
    """Without a token; one that is sent changes nothing."""
    return Row(WALE, path, gets, gets, gets, gets, body, anonymous_gets=gets)


def by_client(path: str, gets: int = 200, body: Body = None, **options: Any) -> Row:
    """Changes Chidi's job: other clients find nothing, workers and staff have the wrong role."""
    return Row(CHIDI, path, gets, 404, 403, 403, body, **options)


def by_worker(path: str, owner: str = WALE, gets: int = 200, body: Body = None) -> Row:
    """Changes a worker's own: other workers find nothing, clients and staff have the wrong role."""
    return Row(owner, path, gets, 404, 403, 403, body)


def private(path: str, owner: str = WALE, gets: int = 200, body: Body = None, **options: Any) -> Row:
    """There for its owner alone, whatever the role."""
    return Row(owner, path, gets, 404, 404, 404, body, **options)


def tomorrow_from_nine() -> dict[str, Any]:
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    return {"date": day, "start_time": "09:00", "end_time": "17:00", "rate_kobo": 150_000}


NEW_JOB = {"title": "Ushers", "description": "Welcome guests.", "industry": "events", "location": "Ikeja, Lagos"}
WEBHOOK = {"event": "charge.success", "data": {"reference": "pay-0000000000000000"}}
BANK_ACCOUNT = {"bank_code": "058", "account_number": "0123456789"}
PUSH_SUBSCRIPTION = {
    "endpoint": "https://push.example.com/x",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}
EMAIL = {"email": "wale@example.com"}

MATRIX: dict[str, Row] = {
    # accounts
    "sign_up": public(
        "/auth/signup",
        202,
        {"email": "new@example.com", "password": PASSWORD, "first_name": "N", "last_name": "E", "role": "client"},
    ),
    "verify_email": public("/auth/verify", 422, {**EMAIL, "code": "000000"}),
    "request_code": public("/auth/otp", 202, {**EMAIL, "purpose": "reset_password"}),
    "log_in": public("/auth/login", 200, {**EMAIL, "password": PASSWORD}),
    "refresh_tokens": public("/auth/refresh", 401, {"refresh_token": "unknown"}),
    "request_password_reset": public("/auth/password-reset", 202, EMAIL),
    "confirm_password_reset": public(
        "/auth/password-reset/confirm", 422, {**EMAIL, "code": "000000", "new_password": PASSWORD}
    ),
    "log_out": own("/auth/logout", 204),
    "log_out_everywhere": own("/auth/logout-all", 204),
    "change_password": Row(
        *(WALE, "/auth/password", 200, 403, 403, 403),
        {"current_password": PASSWORD, "new_password": "a wholly different phrase"},
    ),
    "request_email_change": Row(
        *(WALE, "/auth/email", 202, 403, 403, 403), {"email": "other@example.com", "password": PASSWORD}
    ),
    "confirm_email_change": own("/auth/email/confirm", 422, body={"code": "000000"}),
    "get_second_factor": own("/auth/second-factor"),
    "start_second_factor": Row(*(WALE, "/auth/second-factor", 201, 403, 403, 403), {"password": PASSWORD}),
    "confirm_second_factor": own("/auth/second-factor/confirm", 409, body={"second_factor_code": "000000"}),
    # Nobody has one.
    "renew_recovery_codes": Row(
        *(WALE, "/auth/second-factor/recovery-codes", 409, 403, 403, 403), {"password": PASSWORD}
    ),
    "stop_second_factor": Row(*(WALE, "/auth/second-factor", 409, 403, 403, 403), {"password": PASSWORD}),
    "list_devices": own("/auth/devices"),
    "end_device": private("/auth/devices/{device_id}", gets=204),
    "get_me": own("/me"),
    "update_me": own("/me", body={"bio": "Hello"}),
    "set_avatar": own("/me/avatar", upload=True),
    "remove_avatar": own("/me/avatar", 204),
    # Wale has shifts before him; staff keep their role.
    "change_role": Row(WALE, "/me/role", 409, 200, 200, 409, {"role": "client"}),
    "export_me": own("/me/export"),
    # Wale has money and shifts.
    "withdraw_everything": Row(*(WALE, "/me/final-withdrawal", 409, 403, 403, 403), {"password": PASSWORD}, money=True),
    "delete_me": Row(*(WALE, "/me", 409, 403, 403, 403), {"password": PASSWORD}),
    "get_profile": own("/get-profile/{wale}"),
    "get_account_details": private("/get-account-details"),
    "set_account_details": Row(
        # Only Wale can prove it by this password.
        *(WALE, "/account-details", 200, 403, 403, 403),
        {**BANK_ACCOUNT, "password": PASSWORD},
        network=True,
    ),
    "look_up_account": own("/account-details/lookup", body=BANK_ACCOUNT, network=True),
    "list_banks": own("/banks", network=True),
    "list_notifications": own("/notifications"),
    "count_unread_notifications": own("/notifications/unread"),
    "mark_notification_read": private("/notifications/{notification}/read", gets=204),
    "mark_all_notifications_read": own("/notifications/read-all"),
    "get_notification_settings": own("/notifications/settings"),
    "set_notification_settings": own(
        "/notifications/settings", body={"preferences": [{"kind": "wage_paid", "in_app": True, "email": False}]}
    ),
    "get_push": own("/push"),
    "subscribe_to_push": own("/push/subscription", gets=204, body=PUSH_SUBSCRIPTION),
    "unsubscribe_from_push": own("/push/subscription", gets=204),
    "set_quiet_hours": own(
        "/push/quiet-hours", body={"start_time": "22:00", "end_time": "06:30", "time_zone": "Africa/Lagos"}
    ),
    "get_home": own("/home"),
    "get_config": public("/config", 200, None),
    # jobs
    "list_industries": own("/industries"),
    "find_jobs": own("/jobs"),
    "matched_jobs": Row(WALE, "/jobs/matched", 200, 200, 403, 403),
    "quote_job": own("/jobs/quote", body=lambda world: tomorrow_from_nine()),
    "post_job": Row(CHIDI, "/jobs", 201, 201, 403, 403, lambda world: {**tomorrow_from_nine(), **NEW_JOB}),
    "get_job": own("/jobs/{open_job}"),
    "get_job_for_caller": own("/jobs/{open_job}/me"),
    "edit_job": by_client("/jobs/{untouched_job}", body={"description": "New words."}),
    "copy_job": by_client("/jobs/{done_job}/copy", 201, lambda world: {"date": tomorrow_from_nine()["date"]}),
    "start_series": by_client("/jobs/{untouched_job}/series", 201, {}),
    "list_series": own("/series", owner=CHIDI),
    "get_series": private("/series/{series}", CHIDI),
    "change_series": by_client("/series/{series}", body={"description": "New words."}),
    "end_series": by_client("/series/{series}/end"),
    # Staff may too: a client who vanished leaves workers waiting.
    "cancel_job": Row(CHIDI, "/jobs/{untouched_job}/cancel", 200, 404, 403, 200),
    # The only one of its job.
    "cancel_shift": by_client("/jobs/{open_job}/shifts/{open_shift}/cancel", 409),
    "list_client_jobs": private("/clientjobs/{chidi}", CHIDI),
    "get_client_job": by_client("/client/jobs/{open_job}"),
    "list_best_applicants": by_client("/jobs/{open_job}/best-applicants/"),
    "list_job_applications": by_client("/jobs/{open_job}/applications"),
    "apply_to_job": Row(WALE, "/apply-jobs/", 201, 201, 403, 403, lambda world: {"job_id": world.untouched_job.pk}),
    "list_applications": own("/applications"),
    "get_application": private("/applications/{waiting}", ADA),
    "accept_application": by_client("/applications/{waiting}/accept"),
    "reject_application": by_client("/applications/{waiting}/reject"),
    "confirm_terms": by_worker("/applications/{waiting}/confirm-terms", ADA),
    # The job has begun.
    "confirm_place": by_worker("/applications/{expected}/confirm", gets=409),
    "release_place": by_client("/applications/{expected}/release", 409),
    "take_place": by_worker("/applications/{standing_by}/take-place", ADA),
    "withdraw_application": by_worker("/applications/{waiting}/withdraw", ADA),
    "list_assignments": own("/assignments"),
    "get_assignment": private("/assignments/{arriving}"),
    "check_in": by_worker("/assignments/{arriving}/check-in", body=HERE),
    "check_out": by_worker("/assignments/{working}/check-out", ADA),
    "approve_assignment": by_client("/assignments/{finished}/approve", body={}),
    # Others' shifts are refused one by one, as if they were not there.
    "approve_assignments": Row(
        *(CHIDI, "/assignments/approve", 200, 200, 403, 403), lambda world: {"assignment_ids": [world.finished.pk]}
    ),
    "mark_no_show": by_client("/assignments/{arriving}/no-show"),
    "get_attendance_history": private("/assignments/{finished}/history"),
    "take_back_check_out": by_worker("/assignments/{finished}/check-out/take-back", gets=409),
    "ask_for_minutes": by_worker(
        "/assignments/{arriving}/ask-minutes", body={"minutes": 60, "reason": "My phone was dead."}
    ),
    "get_ending_cost": by_client("/assignments/{working}/end"),
    "end_shift": by_client("/assignments/{working}/end", body={"reason": "The power is gone."}),
    "get_extra_time_cost": by_client("/assignments/{working}/extra-time?minutes=30"),
    "offer_extra_time": by_client("/assignments/{working}/extra-time", body={"minutes": 30}),
    "withdraw_extra_time": by_client("/assignments/{working}/extra-time/withdraw", 409),
    "accept_extra_time": by_worker("/assignments/{working}/extra-time/accept", ADA, gets=409, body={"minutes": 30}),
    "decline_extra_time": by_worker("/assignments/{working}/extra-time/decline", ADA, gets=409, body={"minutes": 30}),
    "give_back_shift": by_worker("/assignments/{arriving}/give-back"),
    "contest_check_in": by_client("/assignments/{finished}/contest", body={"reason": "Nobody saw them."}),
    "take_back_contest": by_client("/assignments/{finished}/contest/take-back", 409),
    "take_back_no_show": by_client("/assignments/{arriving}/no-show/take-back", 409),
    "accept_minutes": by_worker("/assignments/{lowered}/accept-minutes", ADA),
    "make_calendar_link": own("/assignments/calendar-link", 201),
    "revoke_calendar_link": private("/assignments/calendar-link", gets=204),
    # The secret is in the address.
    "get_calendar": public("/calendar/{calendar_token}.ics", 200, None),
    "invite_worker": by_client("/jobs/{untouched_job}/invitations", 201, lambda world: {"user_id": world.wale.pk}),
    "list_invitations": own("/invitations"),
    "list_favourites": own("/favourites", owner=CHIDI),
    # Wale worked for no other client.
    "add_favourite": Row(CHIDI, "/favourites", 201, 409, 403, 403, lambda world: {"user_id": world.wale.pk}),
    "remove_favourite": by_client("/favourites/{favoured}", 204),
    "list_workers_of_client": Row(CHIDI, "/client/workers", 200, 200, 403, 403),
    "list_saved_jobs": own("/saved-jobs"),
    "save_job": own("/saved-jobs", 201, body=lambda world: {"job_id": world.open_job.pk}),
    "unsave_job": private("/saved-jobs/{open_job}", gets=204),
    "list_saved_searches": own("/saved-searches"),
    "save_search": Row(
        WALE, "/saved-searches", 201, 201, 403, 403, {"name": "Waiting", "filters": {"q": "waiter", "min_rate_kobo": 1}}
    ),
    "rename_saved_search": private("/saved-searches/{search}", body={"name": "Weekends"}),
    "delete_saved_search": private("/saved-searches/{search}", gets=204),
    "list_job_templates": own("/job-templates", owner=CHIDI),
    "keep_job_template": Row(CHIDI, "/job-templates", 201, 201, 403, 403, {"name": "Ushers", "terms": TEMPLATE_TERMS}),
    "rename_job_template": private("/job-templates/{template}", CHIDI, body={"name": "Stewards"}),
    "delete_job_template": private("/job-templates/{template}", CHIDI, 204),
    "list_blocks": own("/blocks"),
    "block_user": own("/blocks", 201, body=lambda world: {"user_id": world.chidi.pk}),
    "list_reports": own("/reports"),
    # What one reports is what one can read; it is one's own report.
    "report_subject": own(
        "/reports",
        201,
        body=lambda world: {"subject_type": "user", "subject_id": world.chidi.pk, "category": "scam"},
    ),
    "unblock_user": private("/blocks/{blocked}", gets=204),
    # payment
    "start_payment": by_client(
        "/payments", 201, lambda world: {"job_id": world.unpaid_job.pk, "provider": "wallet"}, money=True
    ),
    "get_payment": private("/payments/{reference}", CHIDI),
    "verify_payment": private("/payments/{reference}/verify", CHIDI),
    "refund_payment_to_card": private(
        "/payments/{reference}/refund-to-card", CHIDI, 202, {"amount_kobo": 10_000}, money=True
    ),
    "list_payments": private("/users/{wale}/payments"),
    "get_job_receipt": private("/jobs/{done_job}/receipt", CHIDI),
    "print_payment_receipt": private("/payments/{reference}/receipt.html", CHIDI),
    "print_withdrawal_receipt": private("/wallet/withdrawals/{withdrawal}/receipt.html"),
    "link_payment_receipt": private("/payments/{reference}/receipt/link", CHIDI, 201),
    "link_withdrawal_receipt": private("/wallet/withdrawals/{withdrawal}/receipt/link", gets=201),
    "get_statement": own("/wallet/statements/{month}"),
    "link_statement": own("/wallet/statements/{month}/link", 201),
    "get_wallet": own("/wallet"),
    "list_wallet_transactions": own("/wallet/transactions"),
    "list_withdrawals": own("/wallet/withdrawals"),
    "request_withdrawal": Row(
        *(WALE, "/wallet/withdrawals", 201, 403, 403, 403),
        {"amount_kobo": 50_000, "password": PASSWORD},
        money=True,
    ),
    "get_withdrawal": private("/wallet/withdrawals/{withdrawal}"),
    "get_wallet_limits": own("/wallet/limits"),
    # Nobody's number.
    "confirm_identity_number": own(
        "/wallet/limits/identity", 422, body={"kind": "bvn", "number": "00000000000"}, network=True
    ),
    "get_virtual_account": own("/wallet/virtual-account"),
    # The bank wants a phone number, which nobody here has.
    "ask_for_virtual_account": Row(CHIDI, "/wallet/virtual-account", 409, 409, 403, 403),
    "list_disputes": own("/disputes"),
    "open_dispute": private(
        "/disputes", gets=201, body=lambda world: {"assignment_id": world.finished.pk, "reason": "I worked all day."}
    ),
    # Staff read both sides, and say something.
    "get_dispute": Row(ADA, "/disputes/{dispute}", 200, 404, 404, 200),
    "add_dispute_statement": Row(ADA, "/disputes/{dispute}/statements", 201, 404, 404, 201, {"body": "Ask the gate."}),
    "withdraw_dispute": private("/disputes/{dispute}/withdraw", ADA),
    # Signed by the provider, not by a token.
    "paystack_webhook": public("/webhooks/paystack", 401, WEBHOOK),
    "flutterwave_webhook": public("/webhooks/flutterwave", 401, WEBHOOK),
    # rating
    "create_review": private(
        "/reviews",
        gets=201,
        body=lambda world: {"job_id": world.done_job.pk, "reviewed_id": world.chidi.pk, "rating": 5},
    ),
    "list_reviews_received": own("/reviews/{wale}"),
    "list_reviews_to_write": own("/reviews/to-write", owner=CHIDI),
    "list_reviews_given": own("/ratings/reviewer_{chidi}/"),
    "respond_to_review": private("/reviews/{review}/response", body={"response": "Thank you."}),
}
