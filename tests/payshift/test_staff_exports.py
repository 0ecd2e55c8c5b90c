"""Files of rows for staff: who may have them, what is in them to the kobo, how they are written, and when they go."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from xml.etree import ElementTree

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import CustomUser, ExportFormat, ExportStatus, StaffExport, StaffExportPart
from core import clock, retention
from core.actor import Role
from core.errors import Forbidden, InvalidInput, InvalidState, NotFound
from payment.models import LedgerEntry
from payshift.services.exports import making, writing
from payshift.services.exports.making import content_of, request_export, write_export
from payshift.services.exports.sheets import SHEETS
from payshift.staff_roles import make_roles
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.payment import fund_wallet
from tests.support.jobs import RunJobs

pytestmark = pytest.mark.django_db

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture(autouse=True)
def _roles(db: None) -> None:
    # Tests that empty the tables take them too.
    make_roles()


@pytest.fixture
def finance(db: None) -> CustomUser:
    person: CustomUser = UserFactory.create(email="finance@example.com", role=Role.ADMIN)
    person.groups.add(Group.objects.get(name="Finance"))
    return CustomUser.objects.get(pk=person.pk)


def asked(person: CustomUser, sheet: str = "ledger_entries", format: ExportFormat = ExportFormat.CSV) -> StaffExport:
    return request_export(
        staff_id=person.pk, sheet=sheet, format=format, first_day=MARCH[0], last_day=MARCH[1], key=uuid4()
    )


def written(person: CustomUser, sheet: str = "ledger_entries", format: ExportFormat = ExportFormat.CSV) -> bytes:
    export = asked(person, sheet, format)
    write_export(export_id=export.pk)
    return b"".join(content_of(export_id=export.pk, staff_id=person.pk)[1])


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def cells(content: bytes) -> list[list[str]]:
    """Of all sheets, one after another."""
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    rows: list[list[str]] = []
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared: list[str] = []
        if "xl/sharedStrings.xml" in book.namelist():
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{name}si"):
                shared.append("".join(text.text or "" for text in item.iter(f"{name}t")))
        for sheet in sorted(one for one in book.namelist() if one.startswith("xl/worksheets/sheet")):
            for row in ElementTree.fromstring(book.read(sheet)).iter(f"{name}row"):
                shown: list[str] = []
                for cell in row.iter(f"{name}c"):
                    # Empty cells are left out; no table here is wider than the alphabet.
                    shown += [""] * (ord(cell.get("r", "A")[0]) - ord("A") - len(shown))
                    text = "".join(part.text or "" for part in cell.iter() if part.tag in (f"{name}v", f"{name}t"))
                    shown.append(shared[int(text)] if cell.get("t") == "s" else text)
                rows.append(shown)
    return rows


def fund_at(moment: datetime, person: CustomUser, kobo: int) -> None:
    with time_machine.travel(moment, tick=False):
        fund_wallet(person.pk, kobo)


def test_entries_equal_the_ledger_to_the_kobo_by_days_of_lagos(finance: CustomUser, wale: CustomUser) -> None:
    fund_at(datetime(2026, 2, 28, 22, 59, tzinfo=UTC), wale, 5)
    fund_at(datetime(2026, 2, 28, 23, 0, tzinfo=UTC), wale, 10_050)
    fund_at(datetime(2026, 3, 31, 22, 59, tzinfo=UTC), wale, 7)
    fund_at(datetime(2026, 3, 31, 23, 0, tzinfo=UTC), wale, 1_000)

    rows = lines(written(finance))

    amounts = [round(float(row["Amount"]) * 100) for row in rows]
    assert sorted(amounts) == [-10_050, -7, 7, 10_050]
    assert {row["Amount"] for row in rows} == {"100.50", "-100.50", "0.07", "-0.07"}
    assert {row["Currency"] for row in rows} == {"NGN"}
    assert {row["Posted, WAT"] for row in rows} == {"2026-03-01 00:00:00", "2026-03-31 23:59:00"}
    ours = LedgerEntry.objects.filter(amount_kobo__in=(10_050, 7)).aggregate(kobo=Sum("amount_kobo"))["kobo"]
    assert sum(kobo for kobo in amounts if kobo > 0) == ours


def test_a_spreadsheet_has_the_same_rows_on_as_many_sheets_as_it_takes(
    finance: CustomUser, wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ROWS_OF_A_SHEET", 3)
    monkeypatch.setattr(making, "ROWS_AT_ONCE", 2)
    for kobo in (123_456, 7):
        fund_at(datetime(2026, 3, 5, 9, tzinfo=UTC), wale, kobo)

    heads, *rows = cells(written(finance, format=ExportFormat.XLSX))

    first, again, second = rows[:3], rows[3], rows[4:]
    assert again == heads
    column = heads.index("Amount")
    assert sorted(float(row[column]) for row in (*first, *second)) == [-1234.56, -0.07, 0.07, 1234.56]


@pytest.mark.parametrize("sheet", sorted(SHEETS))
@pytest.mark.parametrize("format", list(ExportFormat))
def test_every_list_is_written_in_every_format(
    sheet: str, format: ExportFormat, bisi: CustomUser, wale: CustomUser
) -> None:
    heads = [head for head, _ in SHEETS[sheet].columns]

    content = written(bisi, sheet, format)

    assert (cells(content)[0] if format == ExportFormat.XLSX else csv_heads(content)) == heads


def csv_heads(content: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(content.decode())))


def test_a_title_is_no_formula(bisi: CustomUser, chidi: CustomUser) -> None:
    with time_machine.travel(datetime(2026, 3, 5, 9, tzinfo=UTC), tick=False):
        JobFactory.create(client=chidi, title='=HYPERLINK("https://example.com")')

    assert lines(written(bisi, "jobs"))[0]["Title"] == '\'=HYPERLINK("https://example.com")'
    heads, row = cells(written(bisi, "jobs", ExportFormat.XLSX))
    assert row[heads.index("Title")] == '=HYPERLINK("https://example.com")'


def test_it_says_how_far_it_is_while_it_is_written(
    finance: CustomUser, wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "ROWS_AT_ONCE", 2)
    for _ in range(3):
        fund_at(datetime(2026, 3, 5, 9, tzinfo=UTC), wale, 100)
    export, seen = asked(finance), []
    add = writing.CsvTable.add

    def watched(self: writing.CsvTable, rows: object) -> None:
        add(self, rows)  # type: ignore[arg-type]
        now = StaffExport.objects.get(pk=export.pk)
        seen.append((now.status, now.rows_done, now.rows_expected))

    monkeypatch.setattr(writing.CsvTable, "add", watched)
    write_export(export_id=export.pk)

    assert seen == [("writing", 0, 6), ("writing", 2, 6), ("writing", 4, 6)]
    done = StaffExport.objects.get(pk=export.pk)
    assert (done.status, done.rows_done, done.finished_at is not None) == ("ready", 6, True)
    assert done.size_bytes == sum(len(part.content) for part in StaffExportPart.objects.filter(export=done))


def test_a_file_larger_than_one_part_comes_back_whole(
    finance: CustomUser, wale: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    fund_at(datetime(2026, 3, 5, 9, tzinfo=UTC), wale, 100)
    whole = written(finance)
    monkeypatch.setattr(making, "PART_BYTES", 7)

    assert written(finance) == whole
    assert StaffExportPart.objects.count() > len(whole) // 7


def test_a_job_that_failed_leaves_no_file_and_its_next_try_writes_it(
    finance: CustomUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = asked(finance)
    with monkeypatch.context() as broken:
        broken.setattr(making, "ROWS_AT_ONCE", "no number")
        with pytest.raises(TypeError):
            write_export(export_id=export.pk)
    assert StaffExport.objects.get(pk=export.pk).status == ExportStatus.FAILED
    assert not StaffExportPart.objects.exists()

    write_export(export_id=export.pk)
    write_export(export_id=export.pk)

    assert StaffExport.objects.get(pk=export.pk).status == ExportStatus.READY
    assert LogEntry.objects.filter(change_message__contains="Written").count() == 1


class TestRights:
    def test_who_may_not_export_or_not_look_gets_none(self, finance: CustomUser) -> None:
        readers = UserFactory.create(role=Role.ADMIN)
        readers.groups.add(Group.objects.get(name="Read only"))

        with pytest.raises(Forbidden):
            asked(readers)
        finance.groups.get().permissions.remove(finance.groups.get().permissions.get(codename="view_ledgerentry"))
        with pytest.raises(Forbidden):
            asked(finance)
        assert not StaffExport.objects.exists()

    def test_the_file_is_for_who_asked_while_they_may(self, finance: CustomUser, bisi: CustomUser) -> None:
        export = asked(finance)
        with pytest.raises(NotFound):
            content_of(export_id=export.pk, staff_id=finance.pk)
        write_export(export_id=export.pk)

        with pytest.raises(NotFound):
            content_of(export_id=export.pk, staff_id=bisi.pk)
        finance.groups.clear()
        with pytest.raises(Forbidden):
            content_of(export_id=export.pk, staff_id=finance.pk)

    def test_what_is_no_list_and_no_range_is_refused(self, finance: CustomUser) -> None:
        with pytest.raises(InvalidInput):
            asked(finance, "accounts_otp")
        with pytest.raises(InvalidInput):
            request_export(
                staff_id=finance.pk,
                sheet="payments",
                format=ExportFormat.CSV,
                first_day=MARCH[1],
                last_day=MARCH[0],
                key=uuid4(),
            )

    def test_a_few_at_once_and_sent_twice_it_is_one(self, finance: CustomUser) -> None:
        key = uuid4()
        for _ in range(2):
            request_export(
                staff_id=finance.pk,
                sheet="payments",
                format=ExportFormat.CSV,
                first_day=MARCH[0],
                last_day=MARCH[1],
                key=key,
            )
        assert StaffExport.objects.count() == 1
        asked(finance)
        asked(finance)
        with pytest.raises(InvalidState):
            asked(finance)
        assert StaffExport.objects.count() == making.MOST_AT_ONCE


def test_files_go_after_their_days(finance: CustomUser, settings: Settings) -> None:
    settings.KEPT_EXPORTS_DAYS = 3
    old = asked(finance)
    write_export(export_id=old.pk)
    StaffExport.objects.filter(pk=old.pk).update(created_at=clock.now() - timedelta(days=4))
    young = asked(finance)

    with pytest.raises(NotFound):
        content_of(export_id=old.pk, staff_id=finance.pk)
    assert retention.forget_old_rows()["files of staff"] == 1

    assert list(StaffExport.objects.all()) == [young]
    assert not StaffExportPart.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_from_the_form_to_the_file(bisi: CustomUser, wale: CustomUser, run_jobs: RunJobs) -> None:
    fund_at(datetime(2026, 3, 5, 9, tzinfo=UTC), wale, 1_250_050)
    staff, address = Client(), reverse("admin:accounts_staffexport_make")
    staff.force_login(bisi)
    form = {
        "sheet": "ledger_entries",
        "format": "csv",
        "first_day": "2026-03-01",
        "last_day": "2026-03-31",
        "reason": "The auditor asked",
        "key": str(uuid4()),
        "sent": "1",
    }

    shown = staff.post(address, form)
    seen = [f"{outcome.pk}:{outcome.seen}" for outcome, _ in shown.context["outcomes"]]
    assert not StaffExport.objects.exists()
    staff.post(address, {**form, "seen": seen})
    export = StaffExport.objects.get()
    page = reverse("admin:accounts_staffexport_change", args=[export.pk])
    waiting = staff.get(page).content.decode()
    run_jobs()
    done = staff.get(page).content.decode()
    answer = staff.get(reverse("admin:accounts_staffexport_fetch", args=[export.pk]))
    content = b"".join(answer)

    assert "<progress" in waiting
    assert "data-look-again-ms" in waiting
    assert "<progress" not in done
    assert "data-look-again-ms" not in done
    assert len(lines(content)) == 2
    assert answer.headers["Content-Disposition"] == ('attachment; filename="ledger_entries-2026-03-01-2026-03-31.csv"')
    assert answer.headers["Content-Length"] == str(len(content))
    told = list(LogEntry.objects.order_by("pk").values_list("user_id", "change_message"))
    assert told == [
        (bisi.pk, "Make a file of rows: The auditor asked"),
        (bisi.pk, "Written: 2 rows"),
        (bisi.pk, "Downloaded: 2 rows"),
    ]


def test_files_of_others_are_not_listed(bisi: CustomUser, finance: CustomUser) -> None:
    theirs = asked(finance)
    staff = Client()
    staff.force_login(bisi)

    assert not staff.get(reverse("admin:accounts_staffexport_changelist")).context["cl"].result_list
    assert staff.get(reverse("admin:accounts_staffexport_change", args=[theirs.pk])).status_code == 302
    assert staff.get(reverse("admin:accounts_staffexport_fetch", args=[theirs.pk])).status_code == 404


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("accounts_staffexport_status_known", {"status": "lost"}),
        ("accounts_staffexport_format_known", {"format": "pdf"}),
        ("accounts_staffexport_days_in_order", {"last_day": date(2026, 2, 28)}),
        ("accounts_staffexport_ready_has_time", {"status": "ready"}),
    ],
)
def test_the_database_refuses_what_is_no_export(finance: CustomUser, constraint: str, wrong: dict[str, object]) -> None:
    export = asked(finance)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        StaffExport.objects.filter(pk=export.pk).update(**wrong)


def test_the_database_refuses_a_key_and_a_part_twice(finance: CustomUser) -> None:
    export = asked(finance)
    StaffExportPart.objects.create(export=export, number=0, content=b"a")

    with pytest.raises(IntegrityError, match="accounts_staffexportpart_once"), transaction.atomic():
        StaffExportPart.objects.create(export=export, number=0, content=b"b")
    other = asked(finance)
    with pytest.raises(IntegrityError, match="accounts_staffexport_once"), transaction.atomic():
        StaffExport.objects.filter(pk=other.pk).update(key=export.key)
