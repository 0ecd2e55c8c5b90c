"""What jobs refuses, each with its stable code, and which database constraint stands behind which refusal."""

from core.errors import Conflict, Forbidden, InvalidState, Unprocessable, register_constraint


class InvalidSchedule(Unprocessable):
    code = "invalid_schedule"
    title = "Invalid schedule"
    detail = "These dates and times make no schedule."


class RateTooLow(Unprocessable):
    code = "rate_too_low"
    title = "Rate too low"
    detail = "The pay is below the minimum for an hour of work."


class ShiftTooLong(Unprocessable):
    code = "shift_too_long"
    title = "Shift too long"
    detail = "A shift of this job is longer than the longest that is allowed."


class UnknownTrade(Unprocessable):
    code = "unknown_trade"
    title = "Unknown trade"
    detail = "There is no such industry or subcategory. GET /api/industries lists them."


class DuplicatePosting(Conflict):
    code = "duplicate_posting"
    title = "Duplicate posting"
    detail = "You posted this same job less than a minute ago."


class JobLocked(Conflict):
    code = "job_locked"
    title = "Job can no longer be edited"
    detail = "Someone was accepted: only the description, the place by a little, and more places can change."


class JobNotOpen(Conflict):
    code = "job_not_open"
    title = "Job not open"
    detail = "This job does not take applications."


class JobFull(JobNotOpen):
    code = "job_full"
    title = "Job full"
    detail = "All places of this job are taken."


class JobStarted(JobNotOpen):
    code = "job_started"
    title = "Job started"
    detail = "The first shift of this job has started."


class PlaceNotOffered(Conflict):
    code = "place_not_offered"
    title = "Place not offered"
    detail = "The free place is offered to others first. It is open to all who stand by once their time is over."


class TermsChanged(Conflict):
    code = "terms_changed"
    title = "Terms changed"
    detail = "The terms of this job have changed since the worker applied. The worker has to confirm them first."


class AlreadyConfirmed(Conflict):
    code = "already_confirmed"
    title = "Already confirmed"
    detail = "The worker has confirmed: the place is kept."


class OwnJob(Conflict):
    code = "own_job"
    title = "Own job"
    detail = "This is your own job."


class AlreadyApplied(Conflict):
    code = "already_applied"
    title = "Already applied"
    detail = "You applied to this job before."


class Blocked(Forbidden):
    code = "blocked"
    title = "Blocked"
    detail = "You and the other side cannot work together: one of you blocked the other."


class WorkerUnavailable(Conflict):
    code = "worker_unavailable"
    title = "Worker unavailable"
    detail = "This account cannot take work at the moment."


class NeverWorkedForYou(Conflict):
    code = "never_worked_for_you"
    title = "Never worked for you"
    detail = "Only somebody with an approved shift on one of your jobs can be invited."


class OverlappingShifts(Conflict):
    code = "overlapping_shifts"
    title = "Overlapping shifts"
    detail = "The worker already has a shift at that time."


class CheckInClosed(InvalidState):
    code = "check_in_closed"
    title = "Check-in closed"
    detail = "Check-in opens 30 minutes before the shift and closes at its end."


class TooFarAway(Unprocessable):
    code = "too_far_away"
    title = "Too far away"
    detail = "You are too far from the place of work. Ask the client for the on-site code."


class NoJobPosition(Unprocessable):
    code = "job_has_no_position"
    title = "Job has no position"
    detail = "This job has no coordinates. Ask the client for the on-site code."


class CodeRequired(Unprocessable):
    code = "code_required"
    title = "On-site code required"
    detail = "Here only the on-site code counts. Ask the client for it."


class WrongCode(Unprocessable):
    code = "wrong_code"
    title = "Wrong code"
    detail = "This is not the on-site code of the shift."


class CodeTriesUsedUp(Conflict):
    code = "code_tries_used_up"
    title = "No tries left"
    detail = "The on-site code was wrong five times. Check in by position, or speak to the client."


class TooEarly(InvalidState):
    code = "too_early"
    title = "Too early"
    detail = "It is too early for this."


class InvalidMinutes(Unprocessable):
    code = "invalid_minutes"
    title = "Invalid minutes"
    detail = "Other minutes than those recorded need a reason, and are at most the scheduled ones."


class ExtraTimeChanged(Conflict):
    code = "extra_time_changed"
    title = "Extra time changed"
    detail = "The client offers other minutes by now."


class ExtraTimeUnpaid(Conflict):
    code = "extra_time_unpaid"
    title = "Extra time not paid for"
    detail = "The client's wallet does not hold its price. Nothing has changed: the shift ends as before."


class DisputeOpen(Conflict):
    code = "dispute_open"
    title = "Dispute open"
    detail = "A dispute about this assignment is open."


class CannotFavourSelf(Unprocessable):
    code = "cannot_favour_self"
    title = "Cannot be your own favourite"
    detail = "Name another person."


class TooManyUnpaidJobs(Conflict):
    code = "too_many_unpaid_jobs"
    title = "Too many unpaid jobs"
    detail = "Pay for the jobs that you have posted, or cancel some, before you post more."


class AlreadyInSeries(Conflict):
    code = "already_in_series"
    title = "Repeated already"
    detail = "This job is one of a weekly series. End that series before you begin another one with this job."


class TooManySavedSearches(Conflict):
    code = "too_many_saved_searches"
    title = "Too many saved searches"
    detail = "Delete a saved search before you save another one."


class SearchNameTaken(Conflict):
    code = "search_name_taken"
    title = "Name in use"
    detail = "You have a saved search of this name. Choose another one."


class TooManyTemplates(Conflict):
    code = "too_many_templates"
    title = "Too many templates"
    detail = "Delete a template before you keep another one."


class TemplateNameTaken(Conflict):
    code = "template_name_taken"
    title = "Name in use"
    detail = "You have a template of this name. Choose another one."


class CannotBlockSelf(Unprocessable):
    code = "cannot_block_self"
    title = "Cannot block yourself"
    detail = "Name another person."


class CannotReportSelf(Unprocessable):
    code = "cannot_report_self"
    title = "Cannot report yourself"
    detail = "Name another person."


# What keeps a job from taking anybody on, and what keeps its terms from being offered.
NOT_OPEN = (JobFull, JobNotOpen, JobStarted)
UNFIT_TERMS = (InvalidSchedule, RateTooLow, ShiftTooLong)

register_constraint("jobs_job_minimum_rate", RateTooLow)
register_constraint("jobs_shift_longest", ShiftTooLong)
register_constraint("jobs_job_places_respected", JobFull)
register_constraint("jobs_shift_places_respected", JobFull)
register_constraint("jobs_application_once", AlreadyApplied)
register_constraint("jobs_assignment_no_overlap", OverlappingShifts)
register_constraint("jobs_block_not_self", CannotBlockSelf)
register_constraint("jobs_favourite_not_self", CannotFavourSelf)
register_constraint("jobs_report_not_self", CannotReportSelf)
register_constraint("jobs_savedsearch_name_once", SearchNameTaken)
register_constraint("jobs_jobtemplate_name_once", TemplateNameTaken)
register_constraint("jobs_seriesoccurrence_job_id_key", AlreadyInSeries)
