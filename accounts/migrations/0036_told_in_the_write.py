"""Being told, in the write that causes it: one call of one function, however many are told.

It writes a row for each fact and person, as the person prefers, and merges and rations; the rules are in the docstring
of `accounts.services.merging`. In the database, since what a lock guards must be read by a statement that begins behind
it, and a round trip for each would hold the locks of the write for longer.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

TELL = """
CREATE FUNCTION accounts_tell(facts jsonb, happened_at timestamptz, told_at timestamptz, merged_within interval)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    fact record;
    is_late boolean;
    mail_from timestamptz;
BEGIN
    -- In one order, whatever that of the caller: of two writes that tell the same people none waits for the other twice.
    FOR fact IN
        SELECT f.*,
               f.always OR coalesce(p.in_app, true) AS in_app,
               u.email_verified_at IS NOT NULL AND (f.always OR coalesce(p.email, true)) AS by_mail,
               f.pushes AND coalesce(p.push, true) AND EXISTS (
                   SELECT FROM accounts_pushsubscription s JOIN accounts_device d ON d.id = s.device_id
                   WHERE d.user_id = f.user_id AND d.refresh_expires_at > told_at
               ) AS by_push
        FROM jsonb_to_recordset(facts) AS f (
            user_id bigint, kind text, title text, body text, link text, dedupe_key text,
            always boolean, pushes boolean, merged boolean, ration integer, mail_turn smallint
        )
        JOIN accounts_customuser u ON u.id = f.user_id AND u.is_active
        LEFT JOIN accounts_notificationpreference p ON p.user_id = f.user_id AND p.kind = f.kind
        ORDER BY f.user_id, f.kind, f.link, f.dedupe_key
    LOOP
        is_late := false;
        mail_from := told_at;
        IF fact.merged OR fact.ration IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock(hashtextextended(
                format('notice:%s:%s:%s', fact.user_id, fact.kind, CASE WHEN fact.merged THEN fact.link ELSE '' END), 0
            ));
            -- Behind the lock, or a fact that is told twice at once would put its own row away.
            CONTINUE WHEN EXISTS (
                SELECT FROM accounts_notification n
                WHERE n.dedupe_key = fact.dedupe_key AND n.user_id = fact.user_id
            );
        END IF;
        CONTINUE WHEN fact.ration IS NOT NULL AND fact.ration <= (
            SELECT count(*) FROM accounts_notification n
            WHERE n.user_id = fact.user_id AND n.kind = fact.kind AND n.created_at > told_at - interval '1 day'
        );
        IF fact.merged THEN
            is_late := EXISTS (
                SELECT FROM accounts_notification n
                WHERE n.user_id = fact.user_id AND n.kind = fact.kind AND n.link = fact.link
                  AND n.superseded_at IS NULL AND (n.read_at IS NULL OR n.is_hidden)
                  AND n.created_at > happened_at AND n.created_at < happened_at + merged_within
            );
        END IF;
        IF fact.merged AND NOT is_late THEN
            UPDATE accounts_notification n
            SET is_hidden = true, read_at = coalesce(n.read_at, told_at), superseded_at = told_at
            WHERE n.user_id = fact.user_id AND n.kind = fact.kind AND n.link = fact.link
              AND n.superseded_at IS NULL AND (n.read_at IS NULL OR n.is_hidden)
              AND n.created_at > happened_at - merged_within AND n.created_at <= happened_at;
            -- After a mail about it the next waits until the time is over.
            SELECT greatest(told_at, max(coalesce(n.mailed_at, n.mail_began_at)) + merged_within) INTO mail_from
            FROM accounts_notification n
            WHERE n.user_id = fact.user_id AND n.kind = fact.kind AND n.link = fact.link
              AND coalesce(n.mailed_at, n.mail_began_at) > told_at - merged_within;
        END IF;
        -- The row also remembers that the fact was told; one that is not wanted in the app counts as read.
        INSERT INTO accounts_notification (
            user_id, kind, title, body, link, dedupe_key, created_at, read_at, is_hidden, superseded_at,
            mail_at, mail_turn, push_at
        ) VALUES (
            fact.user_id, fact.kind, fact.title, fact.body, fact.link, fact.dedupe_key, happened_at,
            CASE WHEN is_late OR NOT fact.in_app THEN told_at END,
            is_late OR NOT fact.in_app,
            CASE WHEN is_late THEN told_at END,
            CASE WHEN fact.by_mail AND NOT is_late THEN mail_from END,
            fact.mail_turn,
            CASE WHEN fact.by_push AND fact.in_app AND NOT is_late THEN told_at END
        ) ON CONFLICT (dedupe_key, user_id) DO NOTHING;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0035_staff_exports")]
    operations = [
        migrations.RunSQL(TELL, "DROP FUNCTION accounts_tell(jsonb, timestamptz, timestamptz, interval)"),
        AddIndexConcurrently(
            "notification",
            models.Index(
                fields=["push_at"],
                name="accounts_notification_to_push",
                condition=Q(
                    push_at__isnull=False, pushed_at__isnull=True, read_at__isnull=True, superseded_at__isnull=True
                ),
            ),
        ),
    ]
