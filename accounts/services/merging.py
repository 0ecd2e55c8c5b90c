"""Repeated notices of the same thing become one: for one person, of one kind, about the object that the link opens.

A newer notice takes the place of the older one while that is unread and at most `NOTICES_MERGED_MINUTES` old: the older
row stays, hidden and `superseded_at`, since it remembers that its fact was told. Whatever was mailed in that time is
not followed by another mail until the time is over: then the newest goes out, so that nothing is lost. Codes, safety,
money, and what somebody must answer before a deadline are never merged: only `MERGED` is.

The function `accounts_tell` of the database does it, in the write that tells. What may happen at once:

- Two writes tell two facts about one thing. The second waits for the first to commit, and finds its row; without the
  lock both would stand unread. The lock is of the person, kind and link. Who tells holds the lock of the thing, or
  takes no other afterwards, so that no two wait for each other.
- One fact is told twice at once. Whether it was told is asked behind the lock.
- They come in the wrong order, since one waited. `created_at` is when it happened and not when it was written: the
  older fact is written as superseded, and the newer stays.
- A sender is about to mail the older one. It marks the row first, `mail_began_at`, and only if it is not superseded;
  both writes are of one row, so that one of them comes first. Either the mail goes, and the newer one's waits; or it
  does not, and the newer one's goes at once. A mail that was begun, and then refused by the mail server, is not tried
  again once superseded: the newer one's is on its way.
"""

from accounts.models import NotificationKind

# What others can do again and again.
MERGED = frozenset(
    {
        NotificationKind.APPLICATION_RECEIVED,
        NotificationKind.APPLICATION_WITHDRAWN,
        NotificationKind.STANDING_BY,
        NotificationKind.PLACE_TAKEN,
        NotificationKind.JOB_CHANGED,
        NotificationKind.INVITED,
        NotificationKind.CHECKED_IN,
        NotificationKind.CHECKED_OUT,
        NotificationKind.MINUTES_ASKED,
        NotificationKind.EXTRA_TIME_OFFERED,
        NotificationKind.ATTENDANCE_CORRECTED,
        NotificationKind.DISPUTE_OPENED,
        NotificationKind.DISPUTE_UPDATED,
        NotificationKind.REVIEW_RESPONSE,
    }
)
