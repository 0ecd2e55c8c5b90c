"""What staff type is one kind of thing, decided in one place."""

import pytest

from accounts.admin.terms import Term, read_term

WALE = "+2348040299898"


def term(typed: str) -> Term:
    read = read_term(typed)
    assert read is not None
    return read


@pytest.mark.parametrize(
    "typed",
    ["08040299898", "0804 029 9898", "+234 804 029 9898", "2348040299898", "8040299898", "+234 (0) 804-029-9898"],
)
def test_phone_as_it_is_said_is_one_number(typed: str) -> None:
    assert term(typed).phone == WALE
    assert term(typed).words == ()


def test_digits_are_numbers_and_never_words() -> None:
    read = term(" 0042 ")

    assert (read.number, read.account, read.phone, read.words, read.email) == (42, "0042", "", (), "")
    assert term("#42").number == 42
    assert term("0123456789").account == "0123456789"
    assert term("4000000056").reference == "4000000056"
    assert term("123").reference == ""
    assert term("9" * 19).number is None


@pytest.mark.parametrize(
    "typed",
    [
        "pay-0a1b2c3d4e5f60718293",
        "pay-0a1",
        "pay-0a1b2c3d4e5f60718293-1",
        "FLW-MOCK-72d9",
        "TRF_1ptvuv321ahaa7q",
        "T685312",
    ],
)
def test_reference_or_its_beginning_is_a_reference_and_nothing_else(typed: str) -> None:
    read = term(typed)

    is_short = typed == "T685312"  # as a handle would be
    assert read.reference == ("" if is_short else typed)
    assert bool(read.words) is is_short
    assert (read.number, read.email, read.phone) == (None, "", "")


@pytest.mark.parametrize(("typed", "email"), [("Wale@Example.com", "wale@example.com"), ("wale@", "wale@")])
def test_address_or_its_beginning_is_an_address(typed: str, email: str) -> None:
    read = term(typed)

    assert (read.email, read.reference, read.words) == (email, "", ())


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Ọ̀ṣun  Adéyẹmí", ("osun", "adeyemi")),
        ("Okafor-Bello", ("okafor", "bello")),
        ("@chidi_99", ("chidi", "99")),
        ("wale.ade", ("wale", "ade")),
        ("x' | !*:", ()),
        ("a", ()),
    ],
)
def test_all_else_are_words_without_marks(typed: str, words: tuple[str, ...]) -> None:
    assert term(typed).words == words


def test_nothing_typed_is_no_term() -> None:
    assert read_term(" \x00 ") is None
