"""What proves that somebody is at the place of work: a position within the radius, or the on-site code.

A position proves little, since the place is public: where the client asks for the code only, or contests a check-in,
nothing but the code counts.
"""

from hmac import compare_digest

from django.conf import settings

from core.errors import PayshiftError
from jobs.exceptions import CodeRequired, CodeTriesUsedUp, NoJobPosition, TooFarAway, WrongCode
from jobs.geography import Position, distance_m
from jobs.models import CheckInMethod, Job, Shift, ShiftAssignment
from jobs.models.assignment import MAX_CODE_TRIES


def prove_presence(
    job: Job, assignment: ShiftAssignment, *, position: Position | None, code: str | None
) -> PayshiftError | None:
    """None for the right proof, which is noted on the locked assignment; saving it is the caller's.

    A wrong code is counted and saved; the count must survive, so that refusal is returned. The others are raised.
    """
    if code is not None:
        if refusal := _use_code(assignment, code):
            return refusal
        assignment.check_in_method = CheckInMethod.CODE
    elif position is not None:
        if job.code_only or assignment.contested_at is not None:
            raise CodeRequired
        _use_position(job, assignment, position)
    return None


def _use_code(assignment: ShiftAssignment, code: str) -> PayshiftError | None:
    if assignment.code_tries >= MAX_CODE_TRIES:
        raise CodeTriesUsedUp
    expected = Shift.objects.values_list("on_site_code", flat=True).get(pk=assignment.shift_id)
    if compare_digest(code.encode(), expected.encode()):
        return None
    assignment.code_tries += 1
    assignment.save(update_fields=["code_tries"])
    left = MAX_CODE_TRIES - assignment.code_tries
    return WrongCode(f"This is not the on-site code of the shift. Tries left: {left}.")


def _use_position(job: Job, assignment: ShiftAssignment, position: Position) -> None:
    if job.latitude is None or job.longitude is None:
        raise NoJobPosition
    distance = distance_m(position, Position(job.latitude, job.longitude))
    if distance > settings.CHECK_IN_RADIUS_M:
        raise TooFarAway(
            f"You are {distance} m away; check-in needs {settings.CHECK_IN_RADIUS_M} m. "
            "Ask the client for the on-site code."
        )
    assignment.check_in_method = CheckInMethod.POSITION
    assignment.check_in_distance_m = distance
    assignment.check_in_latitude = position.latitude
    assignment.check_in_longitude = position.longitude
