"""Notes of staff: kept with who and when, once, by whoever may; shown to whoever may; never rewritten."""

import uuid

import pytest
from django.contrib.auth.models import Group
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import CustomUser
from core.actor import Role
from jobs.models import Job, StaffNote
from jobs.services.leaving import forget_person
from payshift.selectors.timelines.of_job import timeline_of_job
from payshift.staff_roles import make_roles
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory, StaffNoteFactory

pytestmark = pytest.mark.django_db

TEXT = "She calls back on Monday.\nAsk for the foreman."


@pytest.fixture
def job(chidi: CustomUser) -> Job:
    job: Job = JobFactory.create(client=chidi)
    return job


def page_of(about: Job | CustomUser) -> str:
    name = "admin:job_everything" if isinstance(about, Job) else "admin:person_everything"
    return reverse(name, args=[about.pk])


def member(role: str) -> Client:
    make_roles()
    user: CustomUser = UserFactory.create(role=Role.ADMIN, first_name="Tola", last_name="Bako")
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def test_note_is_kept_with_who_and_when_and_shown_on_the_page(job: Job, wale: CustomUser) -> None:
    client = member("Support")

    for about in (job, wale):
        shown = client.get(page_of(about))
        key = shown.context["form"]["key"].value()
        answer = client.post(page_of(about), {"text": TEXT, "key": key})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{page_of(about)}#notes")

    of_job, of_person = StaffNote.objects.order_by("pk")
    assert (of_job.job, of_job.user, of_job.author.first_name, of_job.text) == (job, None, "Tola", TEXT)
    assert (of_person.job, of_person.user) == (None, wale)
    page = client.get(page_of(job)).content.decode()
    assert "She calls back on Monday." in page
    assert "Tola Bako" in page
    assert "Note" in {event.says for event in timeline_of_job(job_id=job.pk, may=lambda permission: True).events}


def test_note_sent_twice_is_one_note(staff: Client, job: Job) -> None:
    sent = {"text": TEXT, "key": str(uuid.uuid4())}

    answers = [staff.post(page_of(job), sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert StaffNote.objects.count() == 1


@pytest.mark.parametrize("sent", [{"text": " "}, {"text": "x" * 2001}, {"key": "x"}])
def test_what_is_no_note_stays_on_the_form_and_writes_nothing(staff: Client, job: Job, sent: dict[str, str]) -> None:
    answer = staff.post(page_of(job), {"text": TEXT, "key": str(uuid.uuid4())} | sent)

    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not StaffNote.objects.exists()


@pytest.mark.parametrize(("role", "reads"), [("Read only", True), ("Operations", True)])
def test_role_without_the_right_reads_notes_and_writes_none(role: str, reads: bool, job: Job) -> None:
    StaffNoteFactory.create(job=job, text="For all of us")
    client = member(role)

    shown = client.get(page_of(job))
    refused = client.post(page_of(job), {"text": TEXT, "key": str(uuid.uuid4())})

    assert ("For all of us" in shown.content.decode(), shown.context["form"]) == (reads, None)
    assert refused.status_code == 403
    assert StaffNote.objects.count() == 1


def test_notes_about_a_person_go_with_the_person_and_come_no_more(staff: Client, wale: CustomUser, job: Job) -> None:
    StaffNoteFactory.create(user=wale)
    kept = StaffNoteFactory.create(job=job)

    forget_person(user_id=wale.pk)
    wale.is_active = False
    wale.save(update_fields=["is_active"])
    answer = staff.post(page_of(wale), {"text": TEXT, "key": str(uuid.uuid4())})

    assert answer.status_code == 422
    assert list(StaffNote.objects.all()) == [kept]


def test_note_is_never_rewritten_whoever_tries(job: Job) -> None:
    note = StaffNoteFactory.create(job=job)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        StaffNote.objects.filter(pk=note.pk).update(text="Something else")
