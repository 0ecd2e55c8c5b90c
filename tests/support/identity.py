from accounts.models import CustomUser, OTPPurpose
from accounts.services.codes import issue_code


def proof_of(user: CustomUser) -> dict[str, str]:
    """A fresh code, as their mail box would have it."""
    issued = issue_code(user=user, purpose=OTPPurpose.CONFIRM_IDENTITY, sent_to=user.email)
    assert issued is not None
    return {"code": issued[1]}
