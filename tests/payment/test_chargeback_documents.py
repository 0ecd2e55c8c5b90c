"""A file for the payer's bank: taken by its content, read by staff alone, and sent with the answer as it is."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from accounts.exceptions import SecondPersonNeeded
from accounts.models import CustomUser
from core.errors import InvalidState, Unavailable
from payment.models import Chargeback
from payment.services import chargeback_answers, evidence
from payment.services.chargeback_answers import attach_document
from tests.factories.payment import ChargebackFactory
from tests.payment.conftest import Checkout
from tests.payment.test_chargeback_answers import SAID, contested, documents_of, said
from tests.support.gateway import Gateway
from tests.support.jobs import RunJobs
from tests.support.races import errors_of, race

pytestmark = pytest.mark.django_db(transaction=True)

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "evidence"


@pytest.fixture
def disputed(paid: Checkout, gateway: Gateway, run_jobs: RunJobs) -> Chargeback:
    gateway.charge_back(paid.attempt_reference)
    gateway.post_webhooks(Client())
    run_jobs()
    return Chargeback.objects.get()


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    written = BytesIO()
    Image.new("L", size, 200).save(written, kind)
    return written.getvalue()


def attached(chargeback: Chargeback, staff: CustomUser, data: bytes) -> Chargeback:
    return attach_document(staff_id=staff.pk, chargeback_id=chargeback.pk, file=BytesIO(data))


def kept(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize(
    ("data", "content_type"),
    [(PDF, "application/pdf"), (picture("PNG"), "image/png"), (picture("JPEG"), "image/jpeg")],
    ids=["pdf", "png", "jpeg"],
)
def test_document_goes_to_the_bank_with_the_answer_byte_for_byte(
    data: bytes, content_type: str, disputed: Chargeback, bisi: CustomUser, gateway: Gateway, run_jobs: RunJobs
) -> None:
    attached(disputed, bisi, data)
    contested(disputed, bisi)
    run_jobs()

    heard = gateway.decide_chargeback(int(disputed.provider_id), "declined")
    assert documents_of(heard) == [(content_type, data)]
    assert heard["evidence"]["service_details"] == SAID


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7 without an end",
        picture("GIF"),
        picture("PNG")[:60],
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
        PDF + b"\x00" * evidence.MAX_BYTES,
    ],
    ids=["nothing", "html", "cut-pdf", "gif", "cut-png", "png-in-name-alone", "too-large"],
)
def test_what_is_no_document_is_refused_and_nothing_is_kept(
    data: bytes, disputed: Chargeback, bisi: CustomUser, folder: Path
) -> None:
    with pytest.raises(InvalidState):
        attached(disputed, bisi, data)

    disputed.refresh_from_db()
    assert (disputed.document, kept(folder)) == ("", [])


def test_picture_of_too_many_pixels_is_refused_undecoded(disputed: Chargeback, bisi: CustomUser, folder: Path) -> None:
    with pytest.raises(InvalidState, match="pixels"):
        attached(disputed, bisi, picture("PNG", (10_000, 5_001)))

    assert kept(folder) == []


def test_second_document_takes_the_place_of_the_first_and_two_at_once_leave_one(
    disputed: Chargeback, bisi: CustomUser, folder: Path
) -> None:
    attached(disputed, bisi, PDF)

    outcomes = race(*[lambda: attached(disputed, bisi, picture("PNG"))] * 3)

    disputed.refresh_from_db()
    assert errors_of(outcomes) == []
    assert [f"evidence/{name}" for name in kept(folder)] == [disputed.document]


def test_document_that_was_replaced_while_the_storage_was_away_goes_later(
    disputed: Chargeback, bisi: CustomUser, folder: Path, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    attached(disputed, bisi, PDF)

    def away(storage: FileSystemStorage, name: str) -> None:
        raise Unavailable

    with monkeypatch.context() as storage:
        storage.setattr(FileSystemStorage, "delete", away)
        attached(disputed, bisi, picture("PNG"))
    assert len(kept(folder)) == 2

    run_jobs()

    disputed.refresh_from_db()
    assert [f"evidence/{name}" for name in kept(folder)] == [disputed.document]


def test_control_without_the_rows_lock_a_file_is_left_that_nothing_names(
    disputed: Chargeback, bisi: CustomUser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = Chargeback.objects.get(pk=disputed.pk)
    attached(disputed, bisi, PDF)
    monkeypatch.setattr(chargeback_answers, "lock_chargeback", lambda pk: stale)

    attached(disputed, bisi, picture("PNG"))

    assert len(kept(folder)) == 2


def test_answered_it_keeps_its_document_and_refused_ones_files_are_gone(
    disputed: Chargeback, bisi: CustomUser, chidi: CustomUser, folder: Path
) -> None:
    with pytest.raises(SecondPersonNeeded):
        attached(disputed, chidi, PDF)
    assert kept(folder) == []
    attached(disputed, bisi, PDF)
    contested(disputed, bisi)

    with pytest.raises(InvalidState):
        attached(disputed, bisi, picture("PNG"))

    disputed.refresh_from_db()
    assert [f"evidence/{name}" for name in kept(folder)] == [disputed.document]
    with default_storage.open(disputed.document) as file:
        assert file.read() == PDF
    assert said(disputed)[0] == "contest"


def test_provider_without_a_place_for_it_takes_none(bisi: CustomUser, folder: Path) -> None:
    chargeback = ChargebackFactory(provider="flutterwave", provider_id="77")

    with pytest.raises(InvalidState, match="words alone"):
        attached(chargeback, bisi, PDF)

    assert kept(folder) == []


def test_staff_attach_it_on_the_chargebacks_page_and_alone_may_read_it(
    disputed: Chargeback, bisi: CustomUser, chidi: CustomUser
) -> None:
    browser, stranger = Client(), Client()
    browser.force_login(bisi)
    stranger.force_login(chidi)
    attach = reverse("admin:payment_chargeback_attach", args=[disputed.pk])
    opened = reverse("admin:payment_chargeback_document", args=[disputed.pk])
    page = reverse("admin:payment_chargeback_change", args=[disputed.pk])
    assert opened not in browser.get(page).content.decode()
    assert browser.get(opened).status_code == 404

    wrong = browser.post(attach, {"file": SimpleUploadedFile("bill.pdf", b"no"), "reason": "His signature"})
    right = browser.post(attach, {"file": SimpleUploadedFile("../bill.exe", PDF), "reason": "His signature"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "This is no PDF, PNG or JPEG." in wrong.content.decode()
    assert opened in browser.get(page).content.decode()
    read = browser.get(opened)
    assert (read.content, read["Content-Type"]) == (PDF, "application/pdf")
    assert read["Content-Disposition"] == f'attachment; filename="chargeback-{disputed.pk}.pdf"'
    assert (read["Content-Security-Policy"], read["X-Content-Type-Options"]) == ("sandbox", "nosniff")
    assert {"private", "no-store"} <= set(read["Cache-Control"].split(", "))
    history = browser.get(reverse("admin:payment_chargeback_history", args=[disputed.pk])).content.decode()
    assert "Document attached: His signature" in history
    disputed.refresh_from_db()
    for client in (stranger, Client()):
        assert client.get(opened).status_code == 302
        assert client.get(f"/media/{disputed.document}").status_code == 404
