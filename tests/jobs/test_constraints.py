"""Each constraint, tried by going around the services and the model."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.db.models import F
from psycopg import Error as DriverError

from jobs.models import (
    Application,
    ApplicationStatusLog,
    AttendanceLog,
    Block,
    Favourite,
    HandledPattern,
    Job,
    JobIndustry,
    JobSeries,
    JobSubcategory,
    JobTemplate,
    SavedJob,
    SavedSearch,
    SeriesOccurrence,
    ShiftAssignment,
    Spell,
)
from tests.factories.accounts import UserFactory
from tests.factories.jobs import (
    ApplicationFactory,
    BlockFactory,
    CalendarLinkFactory,
    FavouriteFactory,
    InvitationFactory,
    JobFactory,
    JobTemplateFactory,
    ReportFactory,
    SavedJobFactory,
    SavedSearchFactory,
    ShiftAssignmentFactory,
    StaffNoteFactory,
    repeated,
)
from tests.jobs.conftest import ENDS_AT, MONDAY, STARTS_AT

pytestmark = pytest.mark.django_db


def constraint_that_refuses(act: Callable[[], object]) -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        act()
    assert isinstance(refused.value.__cause__, DriverError)
    return refused.value.__cause__.diag.constraint_name or ""


def clone(row: models.Model, **changes: Any) -> Callable[[], object]:
    """Insert the same row once more."""
    values = type(row)._default_manager.filter(pk=row.pk).values().get()
    generated = {field.name for field in row._meta.concrete_fields if field.generated}
    kept = {name: value for name, value in values.items() if name != "id" and name not in generated}
    return lambda: type(row)._default_manager.bulk_create([type(row)(**kept | changes)])


JOB_UPDATES: list[tuple[dict[str, Any], str]] = [
    ({"job_type": "odd"}, "jobs_job_job_type_known"),
    ({"shift_type": "odd"}, "jobs_job_shift_type_known"),
    ({"accepted_count": 3}, "jobs_job_places_respected"),
    ({"accept_worked_times": 0}, "jobs_job_accept_worked_times_bounds"),
    ({"accept_worked_times": 101}, "jobs_job_accept_worked_times_bounds"),
    ({"accept_score_at_least": 0}, "jobs_job_accept_score_bounds"),
    ({"accept_score_at_least": 101}, "jobs_job_accept_score_bounds"),
    ({"applicants_needed": 0}, "jobs_job_applicants_needed_bounds"),
    ({"applicants_needed": 501}, "jobs_job_applicants_needed_bounds"),
    ({"rate_kobo": 0}, "jobs_job_rate_bounds"),
    ({"rate_kobo": 100_000_001}, "jobs_job_rate_bounds"),
    ({"price_wage_kobo": -1}, "jobs_job_price_not_negative"),
    ({"price_fee_kobo": -1}, "jobs_job_price_not_negative"),
    ({"extra_kobo": -1}, "jobs_job_extra_not_negative"),
    ({"end_date": F("date") - 1}, "jobs_job_dates_in_order"),
    ({"end_date": F("date") + 62}, "jobs_job_dates_in_order"),
    ({"ends_at": F("starts_at")}, "jobs_job_ends_after_start"),
    ({"end_time": F("start_time")}, "jobs_job_shift_not_empty"),
    ({"weekdays": [7]}, "jobs_job_weekdays_known"),
    ({"break_minutes": -1}, "jobs_job_break_bounds"),
    ({"break_minutes": 241}, "jobs_job_break_bounds"),
    ({"latitude": 91}, "jobs_job_position_on_earth"),
    ({"latitude": None}, "jobs_job_position_on_earth"),
    ({"status": "canceled"}, "jobs_job_canceled_has_time"),
    ({"hidden_at": MONDAY}, "jobs_job_hidden_has_reason"),
    ({"hidden_reason": "A cafe that is none."}, "jobs_job_hidden_has_reason"),
]


@pytest.mark.parametrize(("changes", "constraint"), JOB_UPDATES)
def test_job_constraint(changes: dict[str, Any], constraint: str) -> None:
    job = JobFactory.create()

    refused = constraint_that_refuses(lambda: Job.objects.filter(pk=job.pk).update(**changes))

    assert refused == constraint


ASSIGNMENT_UPDATES: list[tuple[str, dict[str, Any], str]] = [
    ("scheduled", {"ends_at": F("starts_at")}, "jobs_assignment_ends_after_start"),
    ("scheduled", {"status": "checked_in"}, "jobs_assignment_checked_in_has_time"),
    ("checked_in", {"checked_out_at": ENDS_AT}, "jobs_assignment_checked_in_has_time"),
    ("checked_in", {"status": "checked_out"}, "jobs_assignment_checked_out_has_work"),
    ("checked_out", {"checked_out_at": STARTS_AT - timedelta(1)}, "jobs_assignment_checked_out_has_work"),
    ("checked_out", {"worked_minutes": None}, "jobs_assignment_checked_out_has_work"),
    ("checked_out", {"status": "approved"}, "jobs_assignment_approved_has_minutes"),
    ("approved", {"approved_minutes": None}, "jobs_assignment_approved_has_minutes"),
    ("approved", {"approved_minutes": 481}, "jobs_assignment_raised_has_reason"),
    ("scheduled", {"asked_at": MONDAY, "asked_minutes": 60}, "jobs_assignment_asked_has_reason"),
    ("scheduled", {"asked_minutes": 60, "asked_reason": "Dead phone."}, "jobs_assignment_asked_has_reason"),
    ("checked_in", {"contested_at": MONDAY}, "jobs_assignment_contest_has_reason"),
    ("checked_in", {"contest_reason": "Not here."}, "jobs_assignment_contest_has_reason"),
    ("checked_in", {"status": "no_show"}, "jobs_assignment_absent_never_checked_in"),
    ("approved", {"approved_minutes": 479}, "jobs_assignment_lowered_has_reason"),
    ("checked_out", {"least_minutes": 1}, "jobs_assignment_least_of_ended_early"),
    ("approved", {"least_minutes": 481, "ended_early_at": MONDAY}, "jobs_assignment_least_is_paid"),
    ("scheduled", {"status": "no_show", "checked_in_at": MONDAY}, "jobs_assignment_absent_never_checked_in"),
    ("scheduled", {"status": "canceled", "checked_in_at": MONDAY}, "jobs_assignment_absent_never_checked_in"),
    ("checked_in", {"extra_minutes": 60}, "jobs_assignment_extra_within_price"),
    ("checked_in", {"extra_kobo": 1}, "jobs_assignment_extra_within_price"),
    (
        "checked_in",
        {"extra_minutes": 60, "extra_kobo": F("wage_kobo") + F("fee_kobo") + 1},
        "jobs_assignment_extra_within_price",
    ),
    ("checked_in", {"extra_offered_minutes": 0}, "jobs_assignment_extra_offer_positive"),
    ("scheduled", {"code_tries": 6}, "jobs_assignment_code_tries_bounds"),
    ("approved", {"paid_wage_kobo": F("wage_kobo") + 1}, "jobs_assignment_paid_within_price"),
    ("approved", {"paid_fee_kobo": F("fee_kobo") + 1}, "jobs_assignment_paid_within_price"),
    ("scheduled", {"wage_kobo": -1}, "jobs_assignment_paid_within_price"),
    ("scheduled", {"compensation_kobo": F("wage_kobo") + 1}, "jobs_assignment_paid_within_price"),
    ("approved", {"withheld_kobo": 1, "withheld_until": ENDS_AT}, "jobs_assignment_withheld_within_price"),
    ("scheduled", {"withheld_kobo": 1, "withheld_until": ENDS_AT}, "jobs_assignment_withheld_within_price"),
    ("scheduled", {"status": "no_show", "withheld_kobo": 1}, "jobs_assignment_withheld_within_price"),
    ("scheduled", {"withheld_kobo": -1}, "jobs_assignment_withheld_within_price"),
]


@pytest.mark.parametrize(("status", "changes", "constraint"), ASSIGNMENT_UPDATES)
def test_assignment_constraint(status: str, changes: dict[str, Any], constraint: str) -> None:
    trait = {} if status == "scheduled" else {status: True}
    assignment = ShiftAssignmentFactory.create(**trait)

    refused = constraint_that_refuses(lambda: ShiftAssignment.objects.filter(pk=assignment.pk).update(**changes))

    assert refused == constraint


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"ends_at": F("starts_at")}, "jobs_shift_ends_after_start"),
        ({"minutes": 0}, "jobs_shift_minutes_bounds"),
        ({"minutes": 1501}, "jobs_shift_minutes_bounds"),
        ({"on_site_code": "12345"}, "jobs_shift_code_six_digits"),
        ({"on_site_code": "12345x"}, "jobs_shift_code_six_digits"),
    ],
)
def test_shift_constraint(changes: dict[str, Any], constraint: str) -> None:
    job = JobFactory.create()

    assert constraint_that_refuses(lambda: job.shifts.update(**changes)) == constraint


def test_unknown_status_is_refused() -> None:
    """On INSERT; an UPDATE to it is refused by the transition before."""
    refused = {
        row._meta.db_table: constraint_that_refuses(clone(row, status="odd"))
        for row in (JobFactory.create(), ApplicationFactory.create(), ShiftAssignmentFactory.create())
    }

    assert refused == {
        "jobs_job": "jobs_job_status_known",
        "jobs_application": "jobs_application_status_known",
        "jobs_shiftassignment": "jobs_assignment_status_known",
    }


def test_what_happens_once_happens_once() -> None:
    job = JobFactory.create()
    shift = job.shifts.get()
    assignment = ShiftAssignmentFactory.create(status="canceled")

    assert constraint_that_refuses(clone(shift)) == "jobs_shift_start_unique"
    assert constraint_that_refuses(clone(assignment)) == "jobs_assignment_once"
    assert constraint_that_refuses(clone(SavedJobFactory.create())) == "jobs_savedjob_once"
    assert constraint_that_refuses(clone(BlockFactory.create())) == "jobs_block_once"
    assert constraint_that_refuses(clone(InvitationFactory.create())) == "jobs_invitation_once"
    assert constraint_that_refuses(clone(FavouriteFactory.create())) == "jobs_favourite_once"

    assert SavedJob.objects.count() == Block.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"min_rate_kobo": None}, "jobs_savedsearch_asks_something"),
        ({"text": "waiter"}, "jobs_savedsearch_words_of_text"),
        ({"words": ["waiter"]}, "jobs_savedsearch_words_of_text"),
        ({"radius_km": 5.0}, "jobs_savedsearch_position_whole"),
        ({"latitude": 6.5}, "jobs_savedsearch_position_whole"),
        ({"latitude": 6.5, "longitude": 181.0}, "jobs_savedsearch_position_whole"),
        ({"latitude": 6.5, "longitude": 3.4, "radius_km": 0.0}, "jobs_savedsearch_position_whole"),
        ({"south": 6.0, "north": 7.0, "west": 3.0}, "jobs_savedsearch_box_whole"),
        ({"south": 7.0, "north": 6.0, "west": 3.0, "east": 4.0}, "jobs_savedsearch_box_whole"),
    ],
)
def test_saved_search_is_one_that_can_be_made(changes: dict[str, Any], refused: str) -> None:
    saved = SavedSearchFactory.create()

    assert constraint_that_refuses(lambda: SavedSearch.objects.filter(pk=saved.pk).update(**changes)) == refused


def test_saved_search_has_its_name_once() -> None:
    saved = SavedSearchFactory.create(name="Bars")

    assert constraint_that_refuses(clone(saved, name="bars")) == "jobs_savedsearch_name_once"
    clone(saved, name="bars", user_id=UserFactory.create().pk)()


def test_template_is_of_a_posting_without_its_days_and_has_its_name_once() -> None:
    template = JobTemplateFactory.create(name="Fair")
    own = JobTemplate.objects.filter(pk=template.pk)
    none: tuple[Any, ...] = ({**template.terms, "date": "2026-03-09"}, {"title": "Ushers"}, [], "Ushers")

    for terms in none:
        refused = constraint_that_refuses(partial(own.update, terms=terms))
        assert refused == "jobs_jobtemplate_terms_without_days", terms
    assert constraint_that_refuses(clone(template, name="fair")) == "jobs_jobtemplate_name_once"
    clone(template, name="fair", client_id=UserFactory.create().pk)()


def test_database_refuses_a_series_and_a_week_that_cannot_be() -> None:
    series = repeated(JobFactory.create())
    own, week = JobSeries.objects.filter(pk=series.pk), series.occurrences.get()

    at = series.created_at
    for changes in ({"ended_by": "client"}, {"ended_at": at}, {"ended_at": at, "ended_by": "odd", "due_at": None}):
        assert constraint_that_refuses(partial(own.update, **changes)) == "jobs_jobseries_ended_rests"
    weeks = SeriesOccurrence.objects.filter(pk=week.pk)
    cannot_be = "jobs_seriesoccurrence_made_or_left_out"
    assert constraint_that_refuses(partial(weeks.update, left_out="rate_too_low")) == cannot_be
    assert constraint_that_refuses(partial(weeks.update, job=None)) == cannot_be
    other = JobFactory.create()
    assert constraint_that_refuses(clone(week, job_id=other.pk)) == "jobs_seriesoccurrence_once"
    assert constraint_that_refuses(clone(week, number=7)) == "jobs_seriesoccurrence_job_id_key"


def test_trades_are_unique() -> None:
    industry = JobIndustry.objects.get(slug="security")
    subcategory = JobSubcategory.objects.get(slug="bouncer")

    assert constraint_that_refuses(clone(industry)) == "jobs_jobindustry_slug_unique"
    assert constraint_that_refuses(clone(subcategory, name="Other")) == "jobs_jobsubcategory_slug_unique"
    assert constraint_that_refuses(clone(subcategory, slug="other")) == "jobs_jobsubcategory_name_unique"


def test_application_is_made_once_until_withdrawn_or_closed_unaccepted() -> None:
    application = ApplicationFactory.create()

    assert constraint_that_refuses(clone(application)) == "jobs_application_once"
    Application.objects.update(status="withdrawn")
    clone(application, status="closed", created_at=MONDAY)()
    clone(application, status="applied")()
    assert Application.objects.count() == 3


def test_application_withdrawn_after_acceptance_still_stands_in_the_way() -> None:
    application = ApplicationFactory.create(status="withdrawn", accepted_at=MONDAY)

    assert constraint_that_refuses(clone(application)) == "jobs_application_once"


def test_accepted_application_has_a_time() -> None:
    application = ApplicationFactory.create()

    refused = constraint_that_refuses(lambda: Application.objects.filter(pk=application.pk).update(status="accepted"))

    assert refused == "jobs_application_accepted_has_time"


def test_application_stays_with_its_job() -> None:
    application, other = ApplicationFactory.create(), JobFactory.create()

    refused = constraint_that_refuses(lambda: Application.objects.filter(pk=application.pk).update(job=other))

    assert refused == "jobs_application_job_fixed"


def test_nobody_is_their_own_favourite() -> None:
    favourite = FavouriteFactory.create()

    refused = constraint_that_refuses(
        lambda: Favourite.objects.filter(pk=favourite.pk).update(worker=favourite.client_id)
    )

    assert refused == "jobs_favourite_not_self"


@pytest.mark.parametrize("offered_at", [None, MONDAY, MONDAY + timedelta(minutes=1)])
def test_offer_begins_before_it_ends(offered_at: datetime | None) -> None:
    application = ApplicationFactory.create(status="standing_by")
    changes = {"offered_at": offered_at, "offered_until": MONDAY}

    refused = constraint_that_refuses(lambda: Application.objects.filter(pk=application.pk).update(**changes))

    assert refused == "jobs_application_offer_lasts"


def test_place_that_was_confirmed_is_not_released() -> None:
    application = ApplicationFactory.create(status="accepted", confirmed_at=MONDAY)
    own = Application.objects.filter(pk=application.pk)

    assert constraint_that_refuses(lambda: own.update(released_at=MONDAY)) == "jobs_application_released_unconfirmed"


def test_nobody_blocks_himself() -> None:
    block = BlockFactory.create()

    refused = constraint_that_refuses(lambda: Block.objects.filter(pk=block.pk).update(blocked=block.blocker))

    assert refused == "jobs_block_not_self"


def test_w1_database_counts_accepted_applications_and_refuses_one_too_many() -> None:
    job = JobFactory.create(applicants_needed=1)
    first, second = (ApplicationFactory.create(job=job) for _ in range(2))

    def accept(application: Application) -> None:
        Application.objects.filter(pk=application.pk).update(status="accepted", accepted_at=MONDAY)

    accept(first)
    job.refresh_from_db()
    assert (job.accepted_count, job.is_open) == (1, False)
    assert constraint_that_refuses(lambda: accept(second)) == "jobs_job_places_respected"

    Application.objects.filter(pk=first.pk).update(status="withdrawn")
    accept(second)
    Application.objects.filter(pk=second.pk).update(status="completed")
    job.refresh_from_db()
    assert job.accepted_count == 1


def test_w2_database_refuses_a_second_live_assignment_at_that_time() -> None:
    first = ShiftAssignmentFactory.create(checked_out=True)
    second = ShiftAssignmentFactory.create()

    refused = constraint_that_refuses(
        lambda: ShiftAssignment.objects.filter(pk=second.pk).update(worker=first.worker_id)
    )

    assert refused == "jobs_assignment_no_overlap"


@pytest.mark.parametrize("ended", [{"approved": True}, {"status": "canceled"}, {"status": "no_show"}])
def test_ended_assignment_stands_in_nobodys_way(ended: dict[str, Any]) -> None:
    first = ShiftAssignmentFactory.create(**ended)
    second = ShiftAssignmentFactory.create()

    assert ShiftAssignment.objects.filter(pk=second.pk).update(worker=first.worker_id) == 1


def test_status_log_says_what_changed_and_is_never_rewritten() -> None:
    application = ApplicationFactory.create()
    log = ApplicationStatusLog.objects.create(application=application, to_status="applied", created_at=MONDAY)

    assert constraint_that_refuses(clone(log, from_status="applied")) == "jobs_applicationlog_changes"
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ApplicationStatusLog.objects.filter(pk=log.pk).update(to_status="accepted")


def test_note_of_staff_says_something_about_one_thing_once() -> None:
    note = StaffNoteFactory.create(job=JobFactory.create())
    another = {"key": uuid.uuid4()}

    assert constraint_that_refuses(clone(note)) == "jobs_staffnote_once"
    assert constraint_that_refuses(clone(note, **another, text="")) == "jobs_staffnote_not_empty"
    for about in ({"job_id": None}, {"user_id": note.author_id}):
        assert constraint_that_refuses(clone(note, **another, **about)) == "jobs_staffnote_about_one_thing"


def test_handled_pattern_is_handled_once_with_a_reason() -> None:
    handled = HandledPattern.objects.create(
        mark="0" * 64, says="A ring", people=[1], reason="A family", handled_by=UserFactory.create(), handled_at=MONDAY
    )

    assert constraint_that_refuses(clone(handled)) == "jobs_handledpattern_once"
    assert constraint_that_refuses(clone(handled, mark="1" * 64, reason="")) == "jobs_handledpattern_has_reason"


def test_report_is_about_one_thing_once_and_answered_with_a_verdict() -> None:
    of_job, of_person = ReportFactory.create(job=JobFactory.create()), ReportFactory.create(user=UserFactory.create())

    assert constraint_that_refuses(clone(of_job)) == "jobs_report_job_once"
    assert constraint_that_refuses(clone(of_person)) == "jobs_report_user_once"
    answered = {"answered_at": MONDAY, "verdict": "upheld"}
    clone(of_job, **answered)()
    for about in ({"job_id": None}, {"user_id": of_person.user_id}):
        assert constraint_that_refuses(clone(of_job, **answered, **about)) == "jobs_report_about_one_thing"
    assert constraint_that_refuses(clone(of_person, reporter_id=of_person.user_id)) == "jobs_report_not_self"
    assert constraint_that_refuses(clone(of_job, **answered, category="")) == "jobs_report_category_known"
    for half in ({"answered_at": MONDAY}, {"verdict": "upheld"}, {"answered_at": MONDAY, "verdict": "maybe"}):
        assert constraint_that_refuses(clone(of_job, **half)) == "jobs_report_answered_with_verdict"


def test_every_constraint_of_the_tables_is_tried_here() -> None:
    """What this file names is what the catalogue has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid"
            " WHERE c.relname LIKE 'jobs\\_%%' AND contype IN ('c', 'x', 'u')"
            " UNION SELECT i.relname FROM pg_index x"
            " JOIN pg_class i ON i.oid = indexrelid JOIN pg_class c ON c.oid = indrelid"
            " WHERE c.relname LIKE 'jobs\\_%%' AND indisunique AND NOT indisprimary"
        )
        names = {name for (name,) in cursor.fetchall()}
    with open(__file__) as source:
        text = source.read()

    # PositiveIntegerField brings checks of its own; the named bounds are narrower.
    missing = {name for name in names if name not in text and not name.endswith("_check")}

    assert missing == set()


def test_calendar_link_is_one_per_person_and_its_secret_nobody_elses() -> None:
    link, stranger = CalendarLinkFactory.create(), UserFactory.create()

    second = clone(link, token_sha256=b"\x01" * 32)
    stolen = clone(link, user_id=stranger.pk)

    assert constraint_that_refuses(second) == "jobs_calendarlink_user_id_key"
    assert constraint_that_refuses(stolen) == "jobs_calendarlink_token_sha256_key"


def test_spells_of_an_assignment_end_after_their_start_and_one_is_open() -> None:
    spell = Spell.objects.create(
        assignment=ShiftAssignmentFactory.create(checked_in=True), started_at=STARTS_AT, ended_at=None
    )
    own = Spell.objects.filter(pk=spell.pk)

    assert constraint_that_refuses(clone(spell, started_at=ENDS_AT)) == "jobs_spell_one_open"
    early = constraint_that_refuses(lambda: own.update(ended_at=STARTS_AT - timedelta(seconds=1)))
    assert early == "jobs_spell_ends_after_start"


def test_corrections_are_of_a_known_kind() -> None:
    entry = AttendanceLog.objects.create(
        assignment=ShiftAssignmentFactory.create(), correction="minutes_asked", created_at=MONDAY
    )

    assert constraint_that_refuses(clone(entry, correction="odd")) == "jobs_attendancelog_correction_known"
