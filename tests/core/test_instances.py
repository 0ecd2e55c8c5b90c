"""Models by statements that are written once are the models that Django makes, and are written back as it does."""

from datetime import timedelta

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.models import Exists, OuterRef
from django.db.transaction import TransactionManagementError

from accounts.models import CustomUser
from core import clock
from core.cache.coherence import UnannouncedWrite, WriteOutsideTransaction
from core.errors import NotFound
from core.instances import insert, insert_unless_there, insert_with, instances, update
from core.listings import Given, among
from core.queries import count_queries
from jobs.models import Application, ApplicationStatus, ApplicationStatusLog, Job, SavedJob, Shift, ShiftAssignment
from jobs.services.locks import lock_application, lock_applications, lock_assignments_of, lock_job
from tests.factories.jobs import ApplicationFactory, JobFactory, SavedJobFactory, ShiftAssignmentFactory

pytestmark = pytest.mark.django_db


def columns(instance: models.Model) -> dict[str, object]:
    return {name: value for name, value in vars(instance).items() if not name.startswith("_")}


@instances("client_id", "needed")
def _jobs_of(given: Given) -> models.QuerySet[Job]:
    wanted = Application.objects.filter(job_id=OuterRef("pk"))
    jobs = Job.objects.planned().filter(client_id=given["client_id"], applicants_needed__lte=given["needed"])
    return jobs.annotate(is_wanted=Exists(wanted)).order_by("pk")


def test_models_are_those_of_the_queryset(chidi: CustomUser) -> None:
    whole = JobFactory(
        client=chidi, description="Ẹ kú iṣẹ́ 100 % “quoted” \\", weekdays=[0, 6], latitude=6.5, longitude=3.4
    )
    bare = JobFactory(client=chidi, subcategory=None, latitude=None, longitude=None)
    ApplicationFactory(job=bare)
    JobFactory(client=chidi, applicants_needed=9)

    found = _jobs_of.all(client_id=chidi.pk, needed=5)

    by_django = Job.objects.planned().filter(pk__in=[whole.pk, bare.pk]).order_by("pk")
    assert [columns(job) for job in found] == [{**columns(job), "is_wanted": job == bare} for job in by_django]
    assert [job._state.adding for job in found] == [False, False]
    assert "search" in found[0].get_deferred_fields()
    with pytest.raises(FieldFetchBlocked):
        _ = found[0].client


def test_json_arrays_and_moments_are_read_as_django_reads_them(wale: CustomUser) -> None:
    terms = {"rate_kobo": 5, "days": ["2027-01-02"], "place": None}
    application = ApplicationFactory(applicant=wale, terms=terms, decided_at=clock.now())

    (found,) = lock_applications(job_id=application.job_id, status=ApplicationStatus.APPLIED)

    assert columns(found) == columns(Application.objects.get(pk=application.pk))
    assert found.terms == terms


def test_statement_is_written_once_and_runs_once(chidi: CustomUser) -> None:
    JobFactory(client=chidi)
    written = _jobs_of.written

    with count_queries() as counted:
        assert len(_jobs_of.all(client_id=chidi.pk, needed=5)) == 1
        assert _jobs_of.all(client_id=chidi.pk + 1, needed=5) == []

    assert counted.count == 2
    assert _jobs_of.written is written


def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        lock_job(10**9)


def test_assignments_come_by_application() -> None:
    first, second = (ShiftAssignmentFactory() for _ in range(2))
    alone = ApplicationFactory()
    applications = [alone, second.application, first.application]

    found = lock_assignments_of(applications)

    assert found == {alone.pk: [], second.application_id: [second], first.application_id: [first]}


def test_related_objects_that_are_joined_are_those_of_the_queryset() -> None:
    @instances("application_id")
    def joined(given: Given) -> models.QuerySet[Application]:
        applications = Application.objects.planned().select_related("job__industry", "applicant")
        own = applications.filter(pk=given["application_id"])
        return own.defer("job__search", *(f"applicant__{name}" for name in ("password", "email")))

    expected = ApplicationFactory()

    found = joined.one(application_id=expected.pk)

    by_django = Application.objects.planned().select_related("job__industry", "applicant").get(pk=expected.pk)
    assert columns(found) == columns(by_django)
    assert {**columns(by_django.job), **columns(found.job)} == columns(by_django.job)
    assert found.job.get_deferred_fields() == {"search"}
    assert columns(found.job.industry) == columns(by_django.job.industry)
    assert found.applicant.get_deferred_fields() == {"password", "email"}
    assert (found.applicant.pk, found.applicant._state.adding) == (expected.applicant_id, False)
    with pytest.raises(FieldFetchBlocked):
        _ = found.job.client


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only() -> None:
    job = JobFactory()
    with transaction.atomic():
        assert lock_job(job.pk) == job

    with pytest.raises(TransactionManagementError):
        lock_job(job.pk)


def test_array_of_numbers_is_one_value() -> None:
    @instances("ids")
    def some(given: Given) -> models.QuerySet[Shift]:
        return Shift.objects.filter(among("pk", given["ids"])).order_by("pk")

    shifts = list(Shift.objects.filter(job__in=[JobFactory(), JobFactory()]).order_by("pk"))

    assert some.all(ids=[shift.pk for shift in shifts]) == shifts
    assert some.all(ids=[]) == []


def test_inserted_row_is_the_one_that_saving_writes(wale: CustomUser) -> None:
    job, now = JobFactory(), clock.now()
    terms = {"rate_kobo": 5, "days": ["2027-01-02"]}
    application = Application(job=job, applicant=wale, note="100 % “yes”", terms=terms, created_at=now)

    with count_queries() as counted:
        insert(application)

    assert counted.count == 1
    assert (application._state.adding, application._state.db) == (False, "default")
    assert columns(application) == columns(Application.objects.get())


def test_insert_is_refused_by_its_constraint(wale: CustomUser) -> None:
    application = ApplicationFactory(applicant=wale)
    again = Application(job=application.job, applicant=wale, created_at=clock.now())

    with pytest.raises(IntegrityError, match="jobs_application_once"), transaction.atomic():
        insert(again)


def test_insert_gives_way_to_the_row_that_is_there(wale: CustomUser) -> None:
    now = clock.now()
    saved, job = SavedJobFactory.create(user=wale), JobFactory()
    again, other = (SavedJob(user=wale, job=each, saved_at=now) for each in (saved.job, job))

    with count_queries() as counted:
        assert not insert_unless_there(again)
        assert insert_unless_there(other)

    assert counted.count == 2
    assert again._state.adding
    assert columns(other) == columns(SavedJob.objects.get(job=job))
    assert SavedJob.objects.get(job=saved.job).saved_at == saved.saved_at


def test_update_writes_the_named_columns_and_no_others(chidi: CustomUser) -> None:
    application = ApplicationFactory()
    mine = lock_application(application.pk)
    mine.note, mine.status, mine.decided_at = "not written", ApplicationStatus.REJECTED, clock.now()

    with count_queries() as counted:
        update(mine, "status", "decided_at")

    application.refresh_from_db()
    assert counted.count == 1
    assert (application.status, application.decided_at, application.note) == ("rejected", mine.decided_at, "")


def test_update_without_names_writes_all_columns() -> None:
    assignment = ShiftAssignmentFactory(checked_out=True)
    assignment.asked_minutes, assignment.asked_reason = 7, "I stayed."
    assignment.asked_at = clock.now() + timedelta(minutes=1)

    update(assignment)

    assert columns(ShiftAssignment.objects.get()) == {
        name: value for name, value in columns(assignment).items() if not hasattr(value, "_meta")
    }


def test_update_of_a_row_that_is_gone_is_refused() -> None:
    gone = Application(pk=10**9, status="closed")

    with pytest.raises(Application.NotUpdated):
        update(gone, "status")


def test_row_that_moves_is_saved_by_django() -> None:
    application = ApplicationFactory()
    application.job = JobFactory()

    with pytest.raises(UnannouncedWrite):
        update(application, "job")


@pytest.mark.django_db(transaction=True)
def test_cached_row_is_written_in_a_transaction_only() -> None:
    application = ApplicationFactory()

    with pytest.raises(WriteOutsideTransaction):
        update(application, "status")


def test_integer_wider_than_its_column_is_not_cut_off() -> None:
    assignment = ShiftAssignmentFactory(checked_out=True)
    assignment.worked_minutes = 2**32 + 5

    with pytest.raises(OverflowError):
        update(assignment, "worked_minutes")

    with connection.cursor() as cursor:
        cursor.execute("SELECT worked_minutes FROM jobs_shiftassignment")
        assert cursor.fetchone()[0] < 2**31


def _log(application: Application, status: str) -> ApplicationStatusLog:
    return ApplicationStatusLog(
        application=application, from_status=application.status, to_status=status, created_at=clock.now()
    )


def test_a_row_goes_along_with_an_update_in_one_query(chidi: CustomUser) -> None:
    application = ApplicationFactory()
    log = _log(application, ApplicationStatus.REJECTED)
    log.changed_by = chidi
    application.status = ApplicationStatus.REJECTED

    with count_queries() as counted:
        update(application, "status", along=log)

    assert counted.count == 1
    assert Application.objects.get(pk=application.pk).status == ApplicationStatus.REJECTED
    kept = ApplicationStatusLog.objects.get(application=application)
    assert {**columns(kept), "id": None} == columns(log)


def test_a_row_goes_along_only_with_a_row_that_is_there() -> None:
    application = ApplicationFactory()
    log = _log(application, ApplicationStatus.REJECTED)
    gone = Application(pk=10**9, job_id=application.job_id, applicant_id=application.applicant_id)

    with pytest.raises(Application.NotUpdated), transaction.atomic():
        update(gone, "status", along=log)

    assert not ApplicationStatusLog.objects.exists()


def test_a_new_row_takes_along_one_that_names_it(chidi: CustomUser, wale: CustomUser) -> None:
    job = JobFactory(client=chidi)
    now = clock.now()
    application = Application(job=job, applicant=wale, note="", terms={"days": None}, created_at=now)
    log = ApplicationStatusLog(to_status="applied", changed_by=wale, created_at=now)

    with count_queries() as counted:
        insert_with(application, log, link="application")

    assert counted.count == 1
    assert columns(Application.objects.get(pk=application.pk)) == columns(application)
    kept = ApplicationStatusLog.objects.get(application=application)
    assert {**columns(kept), "id": None, "application_id": None} == columns(log)


def test_a_text_that_is_too_long_is_refused_and_not_cut(chidi: CustomUser, wale: CustomUser) -> None:
    application = Application(job=JobFactory(client=chidi), applicant=wale, terms={}, created_at=clock.now())
    log = ApplicationStatusLog(to_status="x" * 99, created_at=clock.now())

    with pytest.raises(DataError), transaction.atomic():
        insert_with(application, log, link="application")

    assert not Application.objects.exists()
