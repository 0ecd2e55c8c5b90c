"""What requests and answers look like in the API's document; the docs page fills its forms in with the requests.

Those stand by their operation: the API takes each as it is, save that the ids are somebody else's and the codes of
another day. Answers are made from their schemas (`core.examples`) with the texts below, which stand by their field.
"""

from typing import Any

PASSWORD = "a long phrase of your own"  # noqa: S105  (nobody's)
EMAIL = "wale@example.com"
BANK_ACCOUNT = {"bank_code": "058", "account_number": "0123456789"}
SCHEDULE = {
    "job_type": "multiple_days",
    "date": "2031-03-03",
    "end_date": "2031-03-07",
    "start_time": "09:00",
    "end_time": "17:00",
    "weekdays": [0, 2, 4],
    "break_minutes": 30,
    "applicants_needed": 4,
    "rate_kobo": 250_000,
}

REQUESTS: dict[str, dict[str, Any]] = {
    # log-in
    "sign_up": {
        "email": EMAIL,
        "password": PASSWORD,
        "first_name": "Wale",
        "last_name": "Adeyemi",
        "role": "applicant",
    },
    "verify_email": {"email": EMAIL, "code": "204816", "password": PASSWORD},
    "request_code": {"email": EMAIL, "purpose": "verify_email"},
    "log_in": {"email": EMAIL, "password": PASSWORD, "device_name": "Wale's phone"},
    "refresh_tokens": {"refresh_token": "pT3v1bVqkq0Zr5C9mJ8sWw"},
    "request_password_reset": {"email": EMAIL},
    "confirm_password_reset": {"email": EMAIL, "code": "204816", "new_password": PASSWORD},
    "change_password": {"current_password": PASSWORD, "new_password": "another long phrase of your own"},
    "request_email_change": {"email": "wale.adeyemi@example.com", "password": PASSWORD},
    "confirm_email_change": {"code": "204816"},
    # second factor
    "start_second_factor": {"password": PASSWORD},
    "confirm_second_factor": {"second_factor_code": "492039"},
    "renew_recovery_codes": {"password": PASSWORD, "second_factor_code": "492039"},
    "stop_second_factor": {"password": PASSWORD, "second_factor_code": "492039"},
    # people
    "update_me": {
        "bio": "Five years at receptions and festivals.",
        "location": "Yaba, Lagos",
        "latitude": 6.5095,
        "longitude": 3.3711,
        "skills": ["ushering", "bar-service"],
    },
    "change_role": {"role": "client"},
    "withdraw_everything": {"password": PASSWORD},
    "delete_me": {"password": PASSWORD},
    "set_account_details": {**BANK_ACCOUNT, "password": PASSWORD},
    "look_up_account": BANK_ACCOUNT,
    "set_notification_settings": {"preferences": [{"kind": "wage_paid", "in_app": True, "email": False}]},
    # jobs of a client
    "quote_job": SCHEDULE,
    "post_job": {
        **SCHEDULE,
        "title": "Ushers for a trade fair",
        "description": "Welcome the guests at the gate and show them to their seats. Black trousers, white shirt.",
        "industry": "events",
        "location": "Landmark Centre, Victoria Island, Lagos",
        "latitude": 6.4226,
        "longitude": 3.4462,
    },
    "edit_job": {"description": "Welcome the guests at the gate. Black trousers, white shirt; water is there."},
    "copy_job": {"date": "2031-04-01"},
    "invite_worker": {"user_id": 42},
    "add_favourite": {"user_id": 42},
    # finding work
    "apply_to_job": {"job_id": 7, "note": "I did the same at last year's fair."},
    "save_job": {"job_id": 7},
    "block_user": {"user_id": 42},
    # attendance
    "check_in": {"latitude": 6.4226, "longitude": 3.4462},
    "end_shift": {"reason": "The hall closes early.", "at_fault": False},
    "ask_for_minutes": {"minutes": 480, "reason": "My phone was flat when I came."},
    "contest_check_in": {"reason": "Nobody saw him at the gate."},
    "approve_assignment": {"minutes": 450, "reason": "Came half an hour late."},
    "approve_assignments": {"assignment_ids": [101, 102, 103]},
    # payments, wallet
    "start_payment": {"job_id": 7, "provider": "paystack"},
    "refund_payment_to_card": {"amount_kobo": 1_000_000},
    "request_withdrawal": {"amount_kobo": 500_000, "password": PASSWORD},
    # disputes
    "open_dispute": {"assignment_id": 101, "reason": "I worked until five; the approval says four."},
    "add_dispute_statement": {"body": "The guard at the gate wrote down when I left."},
    # reviews
    "create_review": {"job_id": 7, "reviewed_id": 42, "rating": 5, "comment": "Early every day, and kind to all."},
    "respond_to_review": {"response": "Thank you. I would come again."},
}

TEXTS: dict[str, Any] = {
    "access_token": "kq0Zr5C9mJ8sWwpT3v1bVq",
    "account_name": "WALE ADEYEMI",
    "account_number": "******6789",
    "asked_reason": "",
    "author_name": "Wale Adeyemi",
    "authorization_url": "https://checkout.paystack.com/0peioxfhpn",
    "avatar_small_url": "/media/avatars/42-96.webp",
    "avatar_url": "/media/avatars/42.webp",
    "bank_code": "058",
    "bank_name": "Guaranty Trust Bank",
    "bio": "Five years at receptions and festivals.",
    "body": "The guard at the gate wrote down when I left.",
    "cancel_reason": "",
    "client_phone": "+2348030000001",
    "code": "job_full",
    "comment": "Early every day, and kind to the guests.",
    "contest_reason": "",
    "description": "Welcome the guests at the gate and show them to their seats.",
    "detail": "All places of this job are taken.",
    "email": EMAIL,
    "end_time": "17:00:00",
    "ends_at": "2031-03-03T16:00:00Z",
    "field": "title",
    "first_name": "Wale",
    "industry.name": "Events",
    "job_title": "Ushers for a trade fair",
    "last_name": "Adeyemi",
    "latitude": 6.4226,
    "link": "/jobs/7",
    "location": "Victoria Island, Lagos",
    "longitude": 3.4462,
    "lowered_reason": "",
    "message": "Check your mail for the code.",
    "name": "Wale Adeyemi",
    "next_cursor": "WzQyXQ.kq0Zr5C9mJ8s",
    "minutes": 450,
    "note": "I did the same at last year's fair.",
    "number": "PS-2031-000042",
    "on_site_code": "204816",
    "otpauth_uri": "otpauth://totp/Payshift:wale%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Payshift",
    "phone": "+2348030000042",
    "raised_reason": "",
    "rate_kobo": 250_000,
    "reason": "The hall closes early.",
    "recovery_codes": "k7dm-29xq",
    "reference": "pay-5f0c2d7b9a3e4161",
    "refresh_token": "pT3v1bVqkq0Zr5C9mJ8sWw",
    "resolution_note": "",
    "response": "Thank you. I would come again.",
    "secret": "JBSWY3DPEHPK3PXP",
    "skills": "ushering",
    "slug": "events",
    "subcategory.name": "Ushering",
    "subcategory.slug": "ushering",
    "time_zone": "Africa/Lagos",
    "title": "Ushers for a trade fair",
    "url": "https://payshift.example/api/calendar/pT3v1bVqkq0Zr5C9mJ8sWw.ics",
    "username": "wale",
    "worker_phone": "+2348030000042",
}
