"""The response cache: rendered bytes, one Redis round trip, never stale after a commit (R1, R2, R3).

The scheme, in one page. Everything lives in one Redis primary.

*Entities* (`job:12`, `user:7`, `payments-of:7`) are what cached answers show. One *sequence* numbers all writes. A
write of an entity has two ends: *begin*, before its first SQL statement, and *end*, after its commit; both give the
entity the next number as its *version*, and in between the writer stands in the entity's set of open writers with a
deadline.

A reader that misses takes a *stamp* (the sequence and Redis' clock) before its first query. Its answer may be stored
only if, for each entity it shows, the version is not above the stamp and no writer's deadline lies behind it. The
entities need not be known in advance: the stamp covers them all. An entry is a hit while no entity it shows has a
version above the entry's stamp.

Why nothing stale is served after a commit (R2):
- from begin on, every entry stored before is invalid, since the version is above its stamp;
- a reader whose stamp is older than begin, or lies between begin and end, is refused, by the version or by the writer;
- a writer killed between commit and end leaves its deadline behind. `transaction_timeout` (15 s) ends its transaction
  before the deadline (20 s), and the deadline counts against the reader's *stamp*, not against the moment of storing:
  a slow reader that saw the old rows cannot store them later.

A process holds *copies* of what it read or stored, with their epoch, stamp and entities, and serves one only after it
has asked Redis, for this request, for the versions of those entities and then for the epoch. So a copy is a hit under
the rule of an entry, wherever Redis keeps the entry or has evicted it. Versions are forgotten after more than an hour,
the longest that an entry lives; the pseudo-entity `*`, which every copy shows, has the last version that was forgotten,
so that a process that slept, or a clock that jumped, proves nothing with what is older.

The *epoch* is a random name that every entry and stamp carries. Whoever finds Redis restarted (its run id is not the
one kept in it) or reachable again (`core.cache.watch`) starts a new epoch: all entries are void, and for one
writer's deadline nothing is stored, since a write may have begun unseen.
"""
