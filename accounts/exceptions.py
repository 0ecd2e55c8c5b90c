"""What accounts refuses, each with a stable code."""

from core.errors import Conflict, Forbidden, InvalidState, Unauthenticated, Unprocessable, register_constraint


class BadCredentials(Unauthenticated):
    code = "bad_credentials"
    title = "Wrong e-mail or password"
    detail = "The e-mail or the password is wrong."


class EmailNotVerified(Forbidden):
    code = "email_not_verified"
    title = "E-mail not verified"
    detail = "Verify your e-mail first: ask for a code at POST /api/auth/otp, send it to POST /api/auth/verify."


class PushIsOff(InvalidState):
    code = "push_is_off"
    title = "No push"
    detail = "Notices on devices are not switched on here."


class Banned(Forbidden):
    code = "banned"
    title = "Account closed"
    detail = "This account was closed by our staff. Write to support."


class InvalidRefreshToken(Unauthenticated):
    code = "invalid_refresh_token"
    title = "Refresh token not valid"
    detail = "The refresh token is unknown, expired or revoked. Log in again."


class ForeignOrigin(Forbidden):
    code = "foreign_origin"
    title = "Not from this site"
    detail = "A browser's refresh token is taken only from pages of this site."


class TokenRotated(Conflict):
    code = "token_rotated"
    title = "Refresh token used a moment ago"
    detail = "Another request refreshed this device just now, and its tokens are in use. Wait a moment and use those."


class InvalidCode(Unprocessable):
    code = "invalid_code"
    title = "Code not valid"
    detail = "The code is wrong, used or expired. Ask for a new one; after five wrong tries, wait 15 minutes first."


class CodeLocked(Forbidden):
    code = "code_locked"
    title = "Too many wrong codes"
    detail = "Too many wrong codes. Wait 15 minutes, then ask for a new one."


class WeakPassword(Unprocessable):
    code = "weak_password"
    title = "Password not accepted"


class IdentityNotConfirmed(Forbidden):
    code = "identity_not_confirmed"
    title = "Please confirm that it is you"
    detail = "Send your password, or a fresh code (POST /api/auth/otp with purpose confirm_identity)."


class ProofRequired(Forbidden):
    code = "proof_required"
    title = "Please log in again"
    detail = "This is not taken back, and your log-in is a while ago: log in anew, and do it from there."


class SecondPersonNeeded(Conflict):
    """Money that staff move takes two of them, and neither is paid by it."""

    code = "second_person_needed"
    title = "A second person is needed"
    detail = "Somebody else must approve this: neither who proposed it nor who is paid by it."


class SecondFactorRequired(Forbidden):
    code = "second_factor_required"
    title = "A second factor is needed"
    detail = "Send second_factor_code as well: the six digits of your authenticator app, or a recovery code."


class InvalidSecondFactor(Forbidden):
    code = "invalid_second_factor"
    title = "Second factor not valid"
    detail = "This code is wrong or was used before. Wait for the next one of your authenticator app."


class SecondFactorLocked(Forbidden):
    code = "second_factor_locked"
    title = "Too many wrong codes"
    detail = "Too many wrong codes of your second factor. Wait 15 minutes."


class SecondFactorOn(InvalidState):
    code = "second_factor_on"
    title = "Second factor is on"
    detail = "Your second factor is on already. Switch it off first, to set up another one."


class SecondFactorOff(InvalidState):
    code = "second_factor_off"
    title = "No second factor"
    detail = "There is no second factor: begin with POST /api/auth/second-factor."


class UsernameTaken(Conflict):
    code = "username_taken"
    title = "Username taken"
    detail = "Somebody else has this username. Choose another."


class EmailTaken(Conflict):
    code = "email_taken"
    title = "E-mail taken"
    detail = "This e-mail cannot be used. Choose another."


class AccountNotFound(Unprocessable):
    code = "bank_account_not_found"
    title = "Bank account not found"
    detail = "The bank knows no such account. Check the bank and the ten digits."


class AccountNameMismatch(Unprocessable):
    code = "account_name_mismatch"
    title = "The names differ"
    detail = (
        "The bank has this account under another name than your profile. "
        "Check the number, or write your name as the bank has it."
    )


class IdentityNumberRefused(Unprocessable):
    """Nobody's number, or somebody else's: which of both is told to nobody."""

    code = "identity_number_refused"
    title = "Number not confirmed"
    detail = "This number was not found under your name. Check it, and write your name as it is registered."


class NoIdentityChecks(Conflict):
    """The operator has no provider that asks the registers."""

    code = "no_identity_checks"
    title = "No checks of numbers"
    detail = "Numbers are not checked here."


class RoleFixed(InvalidState):
    code = "role_fixed"
    title = "Role cannot be changed"
    detail = "Staff accounts keep their role."


class OpenObligations(InvalidState):
    """`errors` lists what is open, each with a code of its own."""

    code = "open_obligations"
    title = "Something is still open"


class NotAnImage(Unprocessable):
    code = "not_an_image"
    title = "Not an image we can use"
    detail = "Send a JPEG, PNG or WebP of at most 5 MB and 4096 x 4096 pixels; a plain JPEG may have 50 megapixels."


# What asking who somebody is may end in: by the password, or a code, and the second factor.
IDENTITY = (
    CodeLocked,
    IdentityNotConfirmed,
    InvalidCode,
    InvalidSecondFactor,
    SecondFactorLocked,
    SecondFactorRequired,
)

register_constraint("accounts_user_username_unique", UsernameTaken)
register_constraint("accounts_user_email_unique", EmailTaken)
