"""Which problems each operation declares, held against what its code can raise (`core.dev.raised`).

Clients are promised by the document that an operation answers with no other code, and none is there for nothing.
"""

from collections.abc import Iterator

from core.api import DeclaredOperation, PayshiftAPI
from core.dev.raised import errors_of
from core.errors import CONSTRAINT_ERRORS, Unauthenticated
from core.refusals import BODIES, EVERYWHERE, WRITES, declared_codes, known_errors

# What is found in the code and cannot come, by its code.
ON_PAPER = {
    # The caller's own row: accounts are anonymised, and never deleted.
    "not_found": {
        "ask_for_virtual_account",
        "change_password",
        "change_role",
        "confirm_email_change",
        "confirm_identity_number",
        "confirm_password_reset",
        "confirm_second_factor",
        "delete_me",
        "get_home",
        "log_in",
        "matched_jobs",
        "post_job",
        "remove_avatar",
        "renew_recovery_codes",
        "request_withdrawal",
        "set_account_details",
        "set_avatar",
        "start_second_factor",
        "stop_second_factor",
        "update_me",
        "verify_email",
        "withdraw_everything",
    },
    # The account's status was looked at just before, under its lock.
    "invalid_state": {"ask_for_virtual_account"},
    # Shown as what would be answered to an application; and the start page asks as the role that somebody has.
    "wrong_role": {"get_home", "get_job_for_caller"},
    # The start page has first pages alone.
    "invalid_cursor": {"get_home"},
    # Whoever opened a dispute is shown it as its party, and not as staff.
    "forbidden": {"open_dispute", "withdraw_dispute"},
}


# What any operation may answer, and what a token that has ended does.
ALWAYS = {error.code for error in (*EVERYWHERE, *WRITES, *BODIES, Unauthenticated)}


def differences(api: PayshiftAPI) -> list[str]:
    """What must be declared, and what must not."""
    return [line for operation in api.operations() for line in _differences(operation)]


def _differences(operation: DeclaredOperation) -> Iterator[str]:
    name = operation.view_func.__name__
    declared = declared_codes(operation)
    found = {error.code for error in errors_of(operation.view_func)}
    possible = {code for code in found if name not in ON_PAPER.get(code, ())}
    refused_by_constraints = {error.code for error in CONSTRAINT_ERRORS.values()} | {"invalid_state"}
    is_write = operation.methods != ["GET"]
    for code in sorted(possible - declared - ALWAYS):
        yield f"{name} can raise {known_errors()[code].__name__}, and does not declare it."
    for code in sorted(declared - possible - (refused_by_constraints if is_write else set()) - ALWAYS):
        yield f"{name} declares {code}, and nothing raises it."
