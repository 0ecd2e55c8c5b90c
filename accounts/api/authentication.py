from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from accounts.api.cookies import NAME, drop_refresh_token, put_refresh_token, refresh_token_of
from accounts.exceptions import (
    IDENTITY,
    BadCredentials,
    Banned,
    CodeLocked,
    EmailNotVerified,
    EmailTaken,
    ForeignOrigin,
    InvalidCode,
    InvalidRefreshToken,
    InvalidSecondFactor,
    SecondFactorLocked,
    SecondFactorRequired,
    TokenRotated,
    WeakPassword,
)
from accounts.models import OTPPurpose
from accounts.schemas import (
    EmailConfirmIn,
    EmailIn,
    LoginIn,
    MessageOut,
    OTPIn,
    PasswordIn,
    PasswordResetConfirmIn,
    PasswordResetIn,
    RefreshIn,
    SignupIn,
    TokensOut,
    VerifyIn,
)
from accounts.services import emails, passwords, refreshing, sessions, signup
from core.actor import ApiRequest
from core.openapi import sets_cookie, trades_cookie
from core.schemas import problems
from core.throttling import client_address

router = Router()

# An empty body is an empty object.
NOTHING_SENT = RefreshIn()

# One body for every answer that must not tell whether an e-mail is known.
CHECK_YOUR_MAIL = MessageOut(detail="If this address can get a code, it is on its way. It is good for ten minutes.")


@router.post("/auth/signup", auth=None, response={202: MessageOut, **problems(422, 429, WeakPassword)})
def sign_up(request: HttpRequest, body: SignupIn) -> Status[MessageOut]:
    """Make an account and send a code to its e-mail. The answer is the same for an e-mail that has an account."""
    signup.sign_up(**body.model_dump(), address=client_address(request))
    return Status(202, CHECK_YOUR_MAIL)


@router.post("/auth/verify", auth=None, response={200: MessageOut, **problems(422, 429, InvalidCode, WeakPassword)})
def verify_email(request: HttpRequest, body: VerifyIn) -> MessageOut:
    """Prove the e-mail with the code that went to it, and the password of your sign-up. Then log in."""
    may_log_in = signup.verify_email(**body.model_dump(), address=client_address(request))
    if not may_log_in:
        return MessageOut(detail="Your e-mail is verified. Somebody else signed up with it too: reset the password.")
    return MessageOut(detail="Your e-mail is verified. Log in.")


@router.post("/auth/otp", auth=None, response={202: MessageOut, **problems(422, 429)})
def request_code(request: HttpRequest, body: OTPIn) -> Status[MessageOut]:
    """Send a fresh one-time code: at most one a minute, none while locked after five wrong tries."""
    signup.request_code(email=body.email, purpose=OTPPurpose(body.purpose), address=client_address(request))
    return Status(202, CHECK_YOUR_MAIL)


@router.post(
    "/auth/login",
    auth=None,
    response={
        200: TokensOut,
        **problems(
            422,
            429,
            BadCredentials,
            Banned,
            EmailNotVerified,
            InvalidSecondFactor,
            SecondFactorLocked,
            SecondFactorRequired,
        ),
    },
    openapi_extra=sets_cookie(),
)
def log_in(request: HttpRequest, body: LoginIn, response: HttpResponse) -> TokensOut:
    """Open a device: an access token for 15 minutes, a refresh token for 30 days.

    Answers `second_factor_required` to the right password of whoever has a second factor, when it was not sent.
    """
    tokens = sessions.log_in(**body.model_dump(exclude={"client"}), address=client_address(request))
    if body.client == "web":
        put_refresh_token(response, tokens)
    return TokensOut.of(tokens, in_cookie=body.client == "web")


@router.post(
    "/auth/refresh",
    auth=None,
    response={200: TokensOut, **problems(422, InvalidRefreshToken, ForeignOrigin, TokenRotated)},
    openapi_extra=trades_cookie(NAME),
)
def refresh_tokens(request: HttpRequest, response: HttpResponse, body: RefreshIn = NOTHING_SENT) -> TokensOut:
    """Trade the refresh token for a new pair. Until one of the pair's tokens is used, the old one gets the same pair
    again; later it ends the device. An empty body is `{}`."""
    if body.refresh_token is not None:
        return TokensOut.of(refreshing.refresh(refresh_token=body.refresh_token))
    tokens = refreshing.refresh(refresh_token=refresh_token_of(request))
    put_refresh_token(response, tokens)
    return TokensOut.of(tokens, in_cookie=True)


@router.post("/auth/logout", response={204: None, **problems(401)}, openapi_extra=sets_cookie())
def log_out(request: ApiRequest, response: HttpResponse) -> Status[None]:
    """End this device."""
    sessions.log_out(actor=request.auth)
    drop_refresh_token(response)
    return Status(204, None)


@router.post("/auth/logout-all", response={204: None, **problems(401)}, openapi_extra=sets_cookie())
def log_out_everywhere(request: ApiRequest, response: HttpResponse) -> Status[None]:
    """End all devices, this one too."""
    sessions.revoke_devices(user_id=request.auth.user_id)
    drop_refresh_token(response)
    return Status(204, None)


@router.post("/auth/password-reset", auth=None, response={202: MessageOut, **problems(422, 429)})
def request_password_reset(request: HttpRequest, body: PasswordResetIn) -> Status[MessageOut]:
    """Send a code to reset the password. The answer is the same for an unknown e-mail."""
    signup.request_code(email=body.email, purpose=OTPPurpose.RESET_PASSWORD, address=client_address(request))
    return Status(202, CHECK_YOUR_MAIL)


@router.post(
    "/auth/password-reset/confirm",
    auth=None,
    response={200: MessageOut, **problems(401, 422, 429, InvalidCode, WeakPassword)},
)
def confirm_password_reset(request: HttpRequest, body: PasswordResetConfirmIn) -> MessageOut:
    """Set a new password with the code. All devices are ended."""
    address = client_address(request)
    passwords.reset_password(email=body.email, code=body.code, new=body.new_password, address=address)
    return MessageOut(detail="Your password is changed. Log in.")


@router.post("/auth/password", response={200: MessageOut, **problems(401, 422, 429, WeakPassword, *IDENTITY)})
def change_password(request: ApiRequest, body: PasswordIn) -> MessageOut:
    """Replace the password. All other devices are ended."""
    passwords.change_password(
        actor=request.auth,
        current=body.current_password,
        new=body.new_password,
        second_factor_code=body.second_factor_code,
    )
    return MessageOut(detail="Your password is changed. Your other devices were logged out.")


@router.post("/auth/email", response={202: MessageOut, **problems(401, 422, 429, *IDENTITY)})
def request_email_change(request: ApiRequest, body: EmailIn) -> Status[MessageOut]:
    """Send a code to a new e-mail; the old one stays until it is confirmed."""
    emails.request_email_change(actor=request.auth, **body.model_dump())
    return Status(202, CHECK_YOUR_MAIL)


@router.post(
    "/auth/email/confirm", response={200: MessageOut, **problems(401, 422, CodeLocked, EmailTaken, InvalidCode)}
)
def confirm_email_change(request: ApiRequest, body: EmailConfirmIn) -> MessageOut:
    """Take the new e-mail with the code that went to it."""
    emails.confirm_email_change(actor=request.auth, code=body.code)
    return MessageOut(detail="Your e-mail is changed.")
