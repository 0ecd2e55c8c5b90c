"""One spelling for comparing. The database folds as Python does."""

import pytest
from django.db import connection

from core.words import MARKED, PLAIN, fold


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Ọ̀ṣun", "Osun"),
        ("Adébáyọ̀ Ẹ̀kọ́", "Adebayo Eko"),
        ("Ɗan Ƙofar Ƴaradua Ɓauchi", "Dan Kofar Yaradua Bauchi"),
        (MARKED, PLAIN),
        ("Wale", "Wale"),
    ],
)
@pytest.mark.django_db
def test_marks_and_hooks_are_left_out_alike_here_and_in_the_database(typed: str, folded: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT jobs_fold(%s), jobs_fold(normalize(%s, NFD))", [typed, typed])
        assert cursor.fetchone() == (folded, folded)
    assert fold(typed) == folded
