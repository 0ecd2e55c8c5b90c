from datetime import date

import pytest
from django.db import connection

from core.dated import as_sql_function, dated, in_force

TEXT = "2024-07-29=40400 2027-01-01=45000"
DAYS = {"2024-07-28": None, "2024-07-29": 40_400, "2026-12-31": 40_400, "2027-01-01": 45_000, "2030-05-05": 45_000}


@pytest.mark.parametrize(("day", "number"), DAYS.items())
def test_number_of_a_day(day: str, number: int | None) -> None:
    assert in_force(TEXT, date.fromisoformat(day)) == number
    assert in_force("", date.fromisoformat(day)) is None


@pytest.mark.parametrize(
    "text",
    ["40400", "2024-07-29=", "2024-13-01=1", "2024-07-29=-1", "2024-07-29=1 2024-07-29=2", "2025-01-01=1 2024-01-01=2"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"day"):
        dated(text)


@pytest.mark.django_db
@pytest.mark.parametrize("text", [TEXT, ""])
def test_database_counts_the_same(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(as_sql_function("pg_temp.tests_dated", text))
        found = {}
        for day in DAYS:
            cursor.execute("SELECT pg_temp.tests_dated(%s::date)", [day])
            found[day] = cursor.fetchone()[0]

    assert found == (DAYS if text else dict.fromkeys(DAYS))
