"""What staff say to the bank of a payer about its chargeback: accepted, all or part, or contested with evidence.

An answer is asked for in one transaction with its job, and said to the provider outside of any: none -> asked -> sent,
or back to none when the provider refused it or the bank decided first. The money moves by the provider's verdict only,
as for chargebacks that nobody answered (`payment.services.chargebacks`). What was attacked, and what holds it:

- Two of staff answer at once, or one twice: the row's lock, under which the second finds an answer.
- The provider's word was lost, or its refusal came after the effect: the chargeback is looked up by its number before
  the answer is said, and again after a refusal; one that does not wait for us any more has heard it.
- Killed anywhere: nothing, or an answer that its job, and after that every sweep, says again.
- Two jobs at once: both say the same of one chargeback, and a provider resolves it once.
- The time was up, or somebody answered in the provider's dashboard: that verdict is booked, and staff are told.
- A document is attached while another answers: the row's lock. What is answered keeps its document. Of two who attach,
  the second one's transaction sees the first one's file and deletes it. A file is written before the transaction: of
  one that is refused it is deleted, and a kill in between leaves one that nothing names.
- An answer that was refused and asked anew: what an older job still learns is of another `answer_asked_at`.
"""

from typing import IO

from django.db import transaction

from accounts.exceptions import SecondPersonNeeded
from core import clock
from core.errors import InvalidState
from core.files import discard_files, forget_files
from core.money import sum_in_words
from payment.exceptions import RefundExceedsCapture
from payment.machines import CHARGEBACK
from payment.models import OPEN_CHARGEBACKS, Chargeback, ChargebackAnswer, ChargebackStatus
from payment.providers.base import (
    ChargebackOutcome,
    ChargebackReply,
    DisputedCharge,
    Evidence,
    Provider,
    ProviderRefused,
)
from payment.providers.registry import provider_named
from payment.services.alerts import alert_staff
from payment.services.chargebacks import apply_chargeback
from payment.services.evidence import keep_document, read_document
from payment.services.locks import lock_chargeback
from payment.services.references import BY_HAND

UNSENT = ("answer", "answer_kobo", "answer_reason", "answer_asked_at")


@transaction.atomic
def accept(*, staff_id: int, chargeback_id: int, amount_kobo: int, reason: str) -> Chargeback:
    """Give the payer back this much, by telling the provider. Locks the chargeback.

    Raises `InvalidState` (decided, answered, not the provider's number, or a part where it takes none),
    `SecondPersonNeeded` (one's own payment) and `RefundExceedsCapture`.
    """
    chargeback = _unanswered(chargeback_id, staff_id)
    if not 0 < amount_kobo <= chargeback.amount_kobo:
        raise RefundExceedsCapture(f"{sum_in_words(chargeback.amount_kobo)} are disputed.")
    if amount_kobo < chargeback.amount_kobo and not provider_named(chargeback.provider).accepts_part_of_chargeback:
        raise InvalidState("This provider takes all of it or nothing: accept it whole, or contest it.")
    return _ask(chargeback, ChargebackAnswer.ACCEPT, amount_kobo, reason)


@transaction.atomic
def contest(*, staff_id: int, chargeback_id: int, evidence: str, reason: str) -> Chargeback:
    """Tell the payer's bank why not, by the provider. Raises as `accept`. Locks the chargeback."""
    chargeback = _unanswered(chargeback_id, staff_id)
    chargeback.evidence, chargeback.evidence_sent_at = evidence, None
    return _ask(chargeback, ChargebackAnswer.CONTEST, 0, reason)


@transaction.atomic
def note_answered(*, staff_id: int, chargeback_id: int, evidence: str, reason: str) -> Chargeback:
    """Staff contested it in the provider's dashboard: the one way for a number that only staff know. Locks it.

    No call is made and no money moves. Raises `InvalidState` and `SecondPersonNeeded` as `contest`, and for one that
    is answered from here.
    """
    chargeback = _open_and_unanswered(chargeback_id, staff_id)
    if not is_known_to_staff_only(chargeback):
        raise InvalidState("The provider is told from here: contest it.")
    CHARGEBACK.check(chargeback.status, ChargebackStatus.ANSWERED)
    now = clock.now()
    chargeback.status = ChargebackStatus.ANSWERED
    chargeback.answer, chargeback.answer_kobo, chargeback.answer_reason = ChargebackAnswer.CONTEST, 0, reason
    chargeback.evidence = evidence
    chargeback.answer_asked_at = chargeback.answer_sent_at = chargeback.evidence_sent_at = now
    chargeback.save(update_fields=[*UNSENT, "status", "evidence", "evidence_sent_at", "answer_sent_at"])
    return chargeback


def attach_document(*, staff_id: int, chargeback_id: int, file: IO[bytes]) -> Chargeback:
    """Keep this file for the answer, in place of the one that was there. Locks the chargeback.

    Raises as `contest`, and `InvalidState` for what is no PDF, PNG or JPEG, or where the provider takes none.
    """
    name = keep_document(file)
    try:
        return _put_document(chargeback_id, staff_id, name)
    except Exception:
        discard_files(name)
        raise


def takes_document(chargeback: Chargeback) -> bool:
    return provider_named(chargeback.provider).takes_documents


def is_known_to_staff_only(chargeback: Chargeback) -> bool:
    """Entered by hand, under a reference that the provider does not know."""
    return chargeback.number.startswith(BY_HAND)


def send_answer(*, chargeback_id: int) -> None:
    """Say it, unless the provider has heard it. Network calls.

    Raises `ProviderError` where nothing is known: the job and the sweep come again, and look first.
    """
    chargeback = Chargeback.objects.select_related("payer__profile").get(pk=chargeback_id)
    if chargeback.status not in OPEN_CHARGEBACKS or not chargeback.answer or chargeback.answer_sent_at:
        return
    provider = provider_named(chargeback.provider)
    try:
        told = provider.chargeback(provider_id=chargeback.number)
        is_news = told.awaits_us
        if is_news:
            told = _say(provider, chargeback)
    except ProviderRefused as refusal:
        _forget(chargeback, said=str(refusal))
        return
    _record(chargeback, told, is_ours=is_news or _is_what_was_asked(chargeback, told))


def _unanswered(chargeback_id: int, staff_id: int) -> Chargeback:
    chargeback = _open_and_unanswered(chargeback_id, staff_id)
    if is_known_to_staff_only(chargeback):
        raise InvalidState("The provider's number of it is not known here: answer in its dashboard.")
    return chargeback


@transaction.atomic
def _put_document(chargeback_id: int, staff_id: int, name: str) -> Chargeback:
    chargeback = _unanswered(chargeback_id, staff_id)
    if not takes_document(chargeback):
        raise InvalidState("This provider takes words alone: write them as evidence.")
    old, chargeback.document = chargeback.document, name
    chargeback.save(update_fields=["document"])
    if old:
        forget_files(old)
    return chargeback


def _open_and_unanswered(chargeback_id: int, staff_id: int) -> Chargeback:
    chargeback = lock_chargeback(chargeback_id)
    if chargeback.status not in OPEN_CHARGEBACKS:
        raise InvalidState("This chargeback is decided.")
    if chargeback.answer:
        raise InvalidState("This chargeback has an answer.")
    if chargeback.payer_id == staff_id:
        raise SecondPersonNeeded("Nobody answers for their own payment.")
    return chargeback


def _ask(chargeback: Chargeback, answer: ChargebackAnswer, amount_kobo: int, reason: str) -> Chargeback:
    from payment.tasks import send_chargeback_answer

    chargeback.answer, chargeback.answer_kobo, chargeback.answer_reason = answer, amount_kobo, reason
    chargeback.answer_asked_at = clock.now()
    chargeback.save(update_fields=[*UNSENT, "evidence", "evidence_sent_at"])
    send_chargeback_answer.defer(chargeback_id=chargeback.pk)
    return chargeback


def _say(provider: Provider, chargeback: Chargeback) -> DisputedCharge:
    """How it stands after that. Raises `ProviderRefused` where it still waits for another answer."""
    try:
        return provider.answer_chargeback(provider_id=chargeback.number, reply=_reply(chargeback))
    except ProviderRefused:
        told = provider.chargeback(provider_id=chargeback.number)
        if told.awaits_us:
            raise
        return told


def _reply(chargeback: Chargeback) -> ChargebackReply:
    if chargeback.answer == ChargebackAnswer.ACCEPT:
        return ChargebackReply(accepted_kobo=chargeback.answer_kobo, message=chargeback.answer_reason)
    payer = chargeback.payer
    evidence = Evidence(
        customer_email=payer.email,
        customer_name=payer.name,
        # Required by the provider, not by us.
        customer_phone=payer.profile.phone or "not given",
        service_details=chargeback.evidence,
        document=read_document(chargeback.document),
    )
    return ChargebackReply(accepted_kobo=0, message=chargeback.answer_reason, evidence=evidence)


def _is_what_was_asked(chargeback: Chargeback, told: DisputedCharge) -> bool:
    is_lost = told.outcome is ChargebackOutcome.LOST
    return is_lost is (chargeback.answer == ChargebackAnswer.ACCEPT)


@transaction.atomic
def _record(asked: Chargeback, told: DisputedCharge, *, is_ours: bool) -> None:
    """The provider's verdict, and that it has our word. Locks what the verdict moves, then the chargeback."""
    apply_chargeback(provider=asked.provider, told=told)
    if not is_ours:
        _forget(asked, said=told.message)
        return
    chargeback = lock_chargeback(asked.pk)
    if chargeback.answer_asked_at != asked.answer_asked_at or chargeback.answer_sent_at:
        return
    chargeback.answer_sent_at = clock.now()
    if chargeback.answer == ChargebackAnswer.CONTEST:
        chargeback.evidence_sent_at = chargeback.answer_sent_at
        if chargeback.status == ChargebackStatus.OPEN:
            CHARGEBACK.check(chargeback.status, ChargebackStatus.ANSWERED)
            chargeback.status = ChargebackStatus.ANSWERED
    chargeback.save(update_fields=["answer_sent_at", "evidence_sent_at", "status"])


@transaction.atomic
def _forget(asked: Chargeback, *, said: str) -> None:
    """The provider did not take it: staff are told, and may answer anew while it is open."""
    chargeback = lock_chargeback(asked.pk)
    if chargeback.answer_asked_at != asked.answer_asked_at or chargeback.answer_sent_at:
        return
    chargeback.answer, chargeback.answer_kobo, chargeback.answer_reason = "", 0, ""
    chargeback.answer_asked_at = None
    chargeback.save(update_fields=UNSENT)
    alert_staff(
        "chargeback_answer_refused",
        provider=chargeback.provider,
        chargeback_id=chargeback.number,
        answer=asked.answer,
        said=said[:300],
        due_at=chargeback.due_at.isoformat() if chargeback.due_at else "not told",
    )
