"""Staff find people by the beginnings of their names, handle and e-mail, by phone, and by the end of an account.

Words are folded as `core.words` does. What is no letter or digit parts words, so that `wale.adeyemi` is two of them. The
function says that it is dear, for it is: a plan that computes it for each row of the table is a bad one.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models
from django.db.models.functions import Right

WORDS = r"""
CREATE FUNCTION accounts_words(first text, last text, handle text, email text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
RETURN to_tsvector('simple'::regconfig, translate(
    regexp_replace(
        normalize(
            coalesce(first, '') || ' ' || coalesce(last, '') || ' ' || coalesce(handle, '') || ' '
            || split_part(email, '@', 1),
            NFKD
        ),
        '[\u0300-\u036f]', '', 'g'
    ),
    'ɓɗƙƴƁƊƘƳŋŊøØłŁđĐħĦı._-+''’/&:,()!#$%*=?^`{|}~"',
    'bdkyBDKYnNoOlLdDhHi' || repeat(' ', 40)
))
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0024_mail_began")]
    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION accounts_words(text, text, text, text)"),
        AddIndexConcurrently(
            "customuser",
            GinIndex(
                models.Func(
                    "first_name",
                    "last_name",
                    "username",
                    "email",
                    function="accounts_words",
                    output_field=SearchVectorField(),
                ),
                name="accounts_user_words",
            ),
        ),
        AddIndexConcurrently("profile", models.Index(fields=["phone"], name="accounts_profile_phone")),
        AddIndexConcurrently(
            "bankaccount", models.Index(Right("account_number", models.Value(4)), name="accounts_bankaccount_ending")
        ),
        # A new expression has no statistics: until there are some, PostgreSQL would take every word for a rare one.
        migrations.RunSQL("ANALYZE accounts_customuser, accounts_bankaccount", migrations.RunSQL.noop),
    ]
