"""One call at a time acts for an idempotency key: it holds a lease, a row that short transactions take and give back.

Nothing is held between statements, no lock and no session, so it is the same behind a pooler that lends a connection
for one transaction, and a call may talk to a provider meanwhile. What can go wrong, and what then holds:

- Two calls at once: the primary key lets one insert the row. The other sees a lease that has not lapsed: 409, at once.
- The holder is killed: nobody gives the lease back, and it lapses after `LEASE_SECONDS`. Until then retries get 409.
- Two take a lapsed lease at once: they update one row, and the second finds that it has not lapsed.
- The holder is slow, and the lease is taken from it while it still acts. That makes two who act, and neither knows:
  - *before an intent is committed*, both may try. The key's row is inserted in the intent's own transaction, and is
    unique: the second to commit is refused with everything it did (`Claim.commit_with`). An attempt that replaces the
    intent moves the row from what this call knew to be there, or is refused as well.
  - *after an intent is committed*, the new holder resumes that intent, as it does for a holder that died.
  - *the answer* is kept by whoever gives the lease back: in one statement the row with the holder's token is deleted
    and the answer stored. A holder that was overtaken deletes nothing, stores nothing and answers 409; the caller's
    next try gets the other's answer. So there is one answer, byte for byte, though two have acted. And it
    answers the intent on the key's row: a refusal because the slow holder has just done what was asked is not kept.
- The lease has lapsed but nobody took it: its holder goes on undisturbed.
- A failover loses the row: as if it had lapsed.
"""

import hashlib
import uuid
from dataclasses import dataclass

from core.listings import prepared
from payment.exceptions import IdempotencyKeyInFlight

# Longer than a request that is merely slow: its provider has seconds, each of its transactions fifteen.
LEASE_SECONDS = 30
# It waits for nobody but one who takes or gives back this very lease, and they are done in a moment.
TAKE = """
    INSERT INTO payment_keylease AS held (name, token, until)
    VALUES (%(name)s, %(token)s, statement_timestamp() + make_interval(secs => %(seconds)s))
    ON CONFLICT (name) DO UPDATE SET token = excluded.token, until = excluded.until
    WHERE held.until < statement_timestamp()
"""

GIVE_BACK = "DELETE FROM payment_keylease WHERE name = %(name)s AND token = %(token)s"


@dataclass(frozen=True, slots=True)
class Lease:
    name: uuid.UUID
    token: uuid.UUID


def take_lease(name: str) -> Lease:
    """The lease on `name`, new or one that has lapsed. Raises `IdempotencyKeyInFlight` while another call has it."""
    lease = Lease(_digest(name), uuid.uuid4())
    with prepared() as cursor:
        cursor.execute(TAKE, {"name": lease.name, "token": lease.token, "seconds": LEASE_SECONDS})
        if not cursor.rowcount:
            raise IdempotencyKeyInFlight
    return lease


def give_back(lease: Lease) -> bool:
    """False when it was no longer the caller's. In the statement that keeps an answer it is the right to do so."""
    with prepared() as cursor:
        cursor.execute(GIVE_BACK, {"name": lease.name, "token": lease.token})
        return bool(cursor.rowcount)


def _digest(name: str) -> uuid.UUID:
    return uuid.UUID(bytes=hashlib.blake2b(name.encode(), digest_size=16, person=b"idempotency").digest())
