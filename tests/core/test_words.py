"""Lines as people type them, and one spelling for comparing. The database folds as Python does."""

import pytest
from django.db import connection

from core.words import MARKED, PLAIN, fold, is_printable_line, one_line


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


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Obi\u00a0Eze", "Obi Eze"),
        ("Obi\u200c\ufeffEze\u00ad", "ObiEze"),
        ("O\u0323\u0300ba", "Ọ̀ba"),
        ("Ada 👩\u200d💻 phone", "Ada 👩\u200d💻 phone"),
        ("👩🏾\u200d💻", "👩🏾\u200d💻"),
        ("Ob\u200di", "Obi"),
    ],
)
def test_line_is_read_as_it_was_meant(typed: str, line: str) -> None:
    assert one_line(typed) == line
    assert is_printable_line(line)


@pytest.mark.parametrize("typed", ["two\nlines", "tab\there", "turned \u202e round", "bell\x07", "para\u2029graph"])
def test_what_is_no_line_is_refused(typed: str) -> None:
    assert not is_printable_line(str(one_line(typed)))
