"""What staff say in a chargeback, to the payer's bank. Kept first, then sent by a job; sent again, the last counts."""

from django.db import transaction

from core import clock
from core.errors import InvalidState
from payment.machines import CHARGEBACK
from payment.models import OPEN_CHARGEBACKS, Chargeback, ChargebackStatus
from payment.providers.base import Evidence
from payment.providers.registry import provider_named
from payment.services.locks import lock_chargeback


@transaction.atomic
def give_evidence(*, chargeback_id: int, text: str) -> Chargeback:
    """Keep what staff say and queue it for the provider. Raises `InvalidState` once it is decided. Locks it."""
    from payment.tasks import send_evidence

    chargeback = lock_chargeback(chargeback_id)
    if chargeback.status not in OPEN_CHARGEBACKS:
        raise InvalidState("This chargeback is decided.")
    chargeback.evidence, chargeback.evidence_sent_at = text, None
    chargeback.save(update_fields=["evidence", "evidence_sent_at"])
    send_evidence.defer(chargeback_id=chargeback.pk)
    return chargeback


def send_evidence(*, chargeback_id: int) -> None:
    """Hand it over. A network call. Raises `ProviderError`, so that the job runs again."""
    chargeback = Chargeback.objects.select_related("payer__profile").get(pk=chargeback_id)
    if chargeback.status not in OPEN_CHARGEBACKS or chargeback.evidence_sent_at or not chargeback.evidence:
        return
    payer = chargeback.payer
    evidence = Evidence(
        customer_email=payer.email,
        customer_name=payer.name,
        # Required by the provider, not by us.
        customer_phone=payer.profile.phone or "not given",
        service_details=chargeback.evidence,
    )
    provider_named(chargeback.provider).send_evidence(provider_id=chargeback.provider_id, evidence=evidence)
    _record_sent(chargeback_id, text=chargeback.evidence)


@transaction.atomic
def _record_sent(chargeback_id: int, *, text: str) -> None:
    """Of a text that was replaced meanwhile nothing is recorded: its own job sends it."""
    chargeback = lock_chargeback(chargeback_id)
    if chargeback.evidence != text or chargeback.status not in OPEN_CHARGEBACKS:
        return
    chargeback.evidence_sent_at = clock.now()
    if chargeback.status == ChargebackStatus.OPEN:
        CHARGEBACK.check(chargeback.status, ChargebackStatus.ANSWERED)
        chargeback.status = ChargebackStatus.ANSWERED
    chargeback.save(update_fields=["evidence_sent_at", "status"])
