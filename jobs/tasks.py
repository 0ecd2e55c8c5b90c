"""The jobs of work. Thin: each periodic one calls rules of `services.clockwork`."""

from core.background import task
from core.lanes import Lane
from jobs.services import announcing, asking, clockwork, leaving, ruling, series_making


@task(lane=Lane.WORK, cron="* * * * *", queueing_lock="jobs_attendance")
def run_attendance(timestamp: int) -> None:
    """Every minute, in this order: one run carries a forgotten shift through all that is due."""
    clockwork.check_out_overdue()
    clockwork.approve_overdue()
    clockwork.mark_overdue_no_shows()
    clockwork.accept_overdue_minutes()


@task(lane=Lane.WORK, cron="* * * * *", queueing_lock="jobs_expiry")
def run_expiry(timestamp: int) -> None:
    clockwork.expire_jobs()
    clockwork.settle_idle_jobs()


@task(lane=Lane.WORK, cron="* * * * *", queueing_lock="jobs_refill")
def run_refill(timestamp: int) -> None:
    clockwork.open_offered_places()


@task(lane=Lane.WORK)
def accept_by_rule(application_id: int) -> None:
    ruling.accept_by_rule(application_id=application_id)


@task(lane=Lane.WORK, cron="* * * * *", queueing_lock="jobs_rules")
def run_rules(timestamp: int) -> None:
    ruling.accept_waiting_by_rules()


@task(lane=Lane.WORK, cron="*/5 * * * *", queueing_lock="jobs_reminders")
def run_reminders(timestamp: int) -> None:
    clockwork.send_reminders()
    clockwork.remind_of_approval()


@task(lane=Lane.WORK, cron="*/5 * * * *", queueing_lock="jobs_confirmations")
def run_confirmations(timestamp: int) -> None:
    asking.ask_for_confirmations()
    asking.remind_of_confirmations()
    asking.act_on_silence()


@task(lane=Lane.WORK, cron="7 * * * *", queueing_lock="jobs_series")
def run_series(timestamp: int) -> None:
    series_making.post_due_weeks()


@task(lane=Lane.NOTICES)
def announce_job(job_id: int) -> None:
    announcing.announce_to_favourites(job_id=job_id)


@task(lane=Lane.NOTICES)
def announce_job_to_others(job_id: int) -> None:
    announcing.announce_to_others(job_id=job_id)


@task(lane=Lane.NOTICES)
def announce_job_to_searches(job_id: int, after_user_id: int) -> None:
    announcing.announce_to_searches(job_id=job_id, after_user_id=after_user_id)


@task(lane=Lane.WORK)
def end_work(user_id: int, by_user_id: int) -> None:
    leaving.end_work(user_id=user_id, by_user_id=by_user_id)
