"""What one member of staff moves by their own word in a day of Lagos: every act counts, whichever its bound is.

States of a sum: within the bound with what was moved alone today, and then it counts; or above, and then a second
person is asked and nothing counts. What was attacked, and what holds it:

- Many sums, each below the bound: what was moved today counts towards the bound of the next act.
- Two at once, by two windows, the console and the API: the row of that person is locked before anything else, and
  written in the transaction of the deed.
- A preview, or a deed that is refused: rolled back, with its sum.
- Midnight: the day is that of the moment at which the row was locked.
- Two members of staff who take turns: each has a bound of their own. Caps on what they approve are of all together.
"""

from accounts.exceptions import SecondPersonNeeded
from core import clock
from core.money import sum_in_words
from payment.models import StaffAlone
from payment.services.locks import lock_staff_alone
from payment.services.periods import day_of


def begin_alone(staff_id: int) -> StaffAlone:
    """What this person moved alone today. The first lock of a transaction in which staff may move money alone."""
    return lock_staff_alone(staff_id, day=day_of(clock.now()))


def counts_alone(moved: StaffAlone, *, amount_kobo: int, alone_kobo: int) -> bool:
    """Whether it stays within `alone_kobo` with what was moved today; then it counts. What is nothing always does."""
    if amount_kobo <= 0:
        return True
    if moved.moved_kobo + amount_kobo > alone_kobo:
        return False
    moved.moved_kobo += amount_kobo
    moved.save(update_fields=["day", "moved_kobo"])
    return True


def why_not_alone(alone_kobo: int) -> str:
    return f"one person moves at most {sum_in_words(alone_kobo)} alone in a day"


def refuse_own(user_id: int | None, staff_id: int) -> None:
    """Raises `SecondPersonNeeded` to whose money it is."""
    if user_id == staff_id:
        raise SecondPersonNeeded("Nobody acts on money of their own: somebody else does it.")
