from jobs.models.application import Application, ApplicationStatus, ApplicationStatusLog
from jobs.models.assignment import AssignmentStatus, CancelReason, CheckInMethod, ShiftAssignment
from jobs.models.attendance import AttendanceLog, Correction, Spell
from jobs.models.calendar_link import CalendarLink
from jobs.models.handled_pattern import HandledPattern
from jobs.models.industry import JobIndustry, JobSubcategory
from jobs.models.job import Job, JobStatus, JobType, ShiftType
from jobs.models.job_template import JobTemplate
from jobs.models.relations import Block, Favourite, Invitation, SavedJob
from jobs.models.report import Report, ReportCategory, ReportVerdict
from jobs.models.saved_search import SavedSearch
from jobs.models.series import JobSeries, SeriesEnd, SeriesOccurrence
from jobs.models.shift import Shift
from jobs.models.staff_note import StaffNote

__all__ = [
    "Application",
    "ApplicationStatus",
    "ApplicationStatusLog",
    "AssignmentStatus",
    "AttendanceLog",
    "Block",
    "CalendarLink",
    "CancelReason",
    "CheckInMethod",
    "Correction",
    "Favourite",
    "HandledPattern",
    "Invitation",
    "Job",
    "JobIndustry",
    "JobSeries",
    "JobStatus",
    "JobSubcategory",
    "JobTemplate",
    "JobType",
    "Report",
    "ReportCategory",
    "ReportVerdict",
    "SavedJob",
    "SavedSearch",
    "SeriesEnd",
    "SeriesOccurrence",
    "Shift",
    "ShiftAssignment",
    "ShiftType",
    "Spell",
    "StaffNote",
]
