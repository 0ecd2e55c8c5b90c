"""What a search for words asks the index of text for; used by `jobs.selectors.search`.

Each word is the beginning of a word: by its stem, and as written where the stem does not begin that too (`cateri` is no
stem of catering). Whatever begins with `premiere` begins with its stem `premier`: asked for both, the index would be
read twice. A word that is no word to a stemmer is asked for only if there is no other: somebody may go on typing it.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION jobs_text_query(words text[]) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    word text;
    stem tsquery;
    written tsquery := '';
    found tsquery := '';
BEGIN
    FOREACH word IN ARRAY words LOOP
        stem := to_tsquery('english', word || ':*');
        written := to_tsquery('simple', word || ':*');
        IF NOT starts_with(written::text, rtrim(stem::text, ''':*')) THEN
            stem := stem || written;
        END IF;
        found := found && stem;
    END LOOP;
    RETURN CASE WHEN numnode(found) = 0 THEN written ELSE found END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0010_counters_of_clients")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION jobs_text_query(text[])")]
