"""From the request to the file: asked for by staff, written by a job, fetched by who asked.

States: requested -> writing -> ready; a job that fails leaves `failed`, and its next try begins again. The file is
there when the row says `ready`: its parts are written in the transaction that says so.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction

from accounts.models import CustomUser, ExportFormat, ExportStatus, StaffExport, StaffExportPart
from accounts.models.staff_export import UNFINISHED
from accounts.services.locks import lock_user
from core import clock
from core.errors import Forbidden, InvalidInput, InvalidState, NotFound
from core.words import counted
from payment.services.periods import Period
from payshift.services.exports.sheets import SHEETS
from payshift.services.exports.writing import table

MAY_EXPORT = "accounts.add_staffexport"
ROWS_AT_ONCE = 2_000
PART_BYTES = 1024 * 1024
# Of one person, not finished.
MOST_AT_ONCE = 3


@transaction.atomic
def request_export(
    *, staff_id: int, sheet: str, format: ExportFormat, first_day: date, last_day: date, key: UUID
) -> StaffExport:
    """Queue a file of the rows of these days of Lagos, both counted. Sent twice with one key, it is one file.

    Locks the person. Raises `Forbidden` without the right to export or to look at such rows, `InvalidInput`, and
    `InvalidState` while others of theirs are being written.
    """
    from payshift.tasks import write_staff_export

    person = lock_user(staff_id)
    _check(person, sheet)
    if last_day < first_day:
        raise InvalidInput("The last day is before the first.")
    running = StaffExport.objects.filter(user=person, status__in=UNFINISHED).exclude(key=key).count()
    if running >= MOST_AT_ONCE:
        raise InvalidState(f"{running} files of yours are being written: wait for one.")
    export, is_new = StaffExport.objects.get_or_create(
        key=key,
        defaults={
            "user": person,
            "sheet": sheet,
            "format": format,
            "first_day": first_day,
            "last_day": last_day,
            "created_at": clock.now(),
        },
    )
    if is_new:
        write_staff_export.defer(export_id=export.pk)
    return export


def write_export(*, export_id: int) -> None:
    """Write the file, or nothing where it is there or gone. May run twice: the later one writes it anew."""
    export = StaffExport.objects.filter(pk=export_id).first()
    if export is None or export.status == ExportStatus.READY:
        return
    try:
        with TemporaryDirectory() as directory:
            path = Path(directory) / "export"
            rows = _write(export, path)
            _keep(export, path, rows)
    except Exception:
        StaffExport.objects.filter(pk=export_id).exclude(status=ExportStatus.READY).update(status=ExportStatus.FAILED)
        raise


def content_of(*, export_id: int, staff_id: int) -> tuple[StaffExport, Iterator[bytes]]:
    """The file, for who asked for it, with a line in its history.

    Raises `NotFound` for everybody else and after its days, `Forbidden` for who lost the right meanwhile.
    """
    oldest = clock.now() - timedelta(days=settings.KEPT_EXPORTS_DAYS)
    ready = StaffExport.objects.filter(status=ExportStatus.READY, created_at__gte=oldest, user_id=staff_id)
    export = ready.select_related("user").filter(pk=export_id).first()
    if export is None:
        raise NotFound("There is no such file, or no more.")
    _check(export.user, export.sheet)
    _note(export, f"Downloaded: {counted(export.rows_done, 'row')}")
    return export, _parts(export)


def _check(person: CustomUser, sheet: str) -> None:
    if sheet not in SHEETS:
        raise InvalidInput("There is no such list.")
    if not (person.has_perm(MAY_EXPORT) and person.has_perm(SHEETS[sheet].permission)):
        raise Forbidden("You may not export these rows.")


def _write(export: StaffExport, path: Path) -> int:
    """Along the primary key, a batch at a time, telling how far it is. Returns how many rows there were."""
    sheet, mine = SHEETS[export.sheet], StaffExport.objects.filter(pk=export.pk)
    rows = sheet.of(Period(export.first_day, export.last_day + timedelta(days=1))).order_by("pk")
    mine.update(status=ExportStatus.WRITING, rows_expected=rows.order_by().count(), rows_done=0)
    done, last = 0, 0
    with table(path, ExportFormat(export.format), [header for header, _ in sheet.columns]) as file:
        while batch := list(rows.filter(pk__gt=last)[:ROWS_AT_ONCE]):
            file.add([read(row) for _, read in sheet.columns] for row in batch)
            done, last = done + len(batch), batch[-1].pk
            mine.update(rows_done=done)
    return done


@transaction.atomic
def _keep(export: StaffExport, path: Path, rows: int) -> None:
    StaffExportPart.objects.filter(export=export).delete()
    with path.open("rb") as file:
        for number, piece in enumerate(iter(lambda: file.read(PART_BYTES), b"")):
            StaffExportPart.objects.create(export=export, number=number, content=piece)
    export.status, export.rows_done, export.size_bytes = ExportStatus.READY, rows, path.stat().st_size
    export.finished_at = clock.now()
    export.save(update_fields=["status", "rows_done", "size_bytes", "finished_at"])
    _note(export, f"Written: {counted(rows, 'row')}")


def _parts(export: StaffExport) -> Iterator[bytes]:
    numbers = StaffExportPart.objects.filter(export=export).order_by("number").values_list("pk", flat=True)
    for pk in list(numbers):
        yield bytes(StaffExportPart.objects.values_list("content", flat=True).get(pk=pk))


def _note(export: StaffExport, message: str) -> None:
    LogEntry.objects.log_actions(export.user_id, [export], CHANGE, message, single_object=True)
