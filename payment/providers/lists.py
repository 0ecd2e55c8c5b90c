"""Reading a provider's lists, page by page, and row by row: one that cannot be read keeps no other from us."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from time import monotonic

from payment.providers.answers import Call
from payment.providers.base import OddAnswer, ProviderUnreachable
from payment.providers.http import Answer, ProviderHttp
from payment.providers.parsing import Wire, read
from payment.providers.reports import Told

# What an answer holds. Raises what it means where that is none.
type Read = Callable[[Call, Answer], object]

# Of all pages of one list: a provider that is slow with each holds nobody up for all of them.
LIST_SECONDS = 60.0


def pages(
    http: ProviderHttp, data_of: Read, path: str, *, of: str, most: int, params: Mapping[str, str] | None = None
) -> Iterator[list[object]]:
    """The rows of one page after the other, to the last or as far as the caller goes on. `of` says what they are.

    How many are on a page is the provider's to say, whatever it was asked: the last is what the answer calls so, an
    empty one, or one that came before (the number of the page was not heard). Raises `OddAnswer` for what is no list,
    and `ProviderUnreachable` where there are more pages than `most`, or than can be read in `LIST_SECONDS`.
    """
    ends = monotonic() + LIST_SECONDS
    before: list[object] = []
    for page in range(1, most + 1):
        if page > 1 and monotonic() >= ends:
            raise ProviderUnreachable(f"{http.name} takes too long to list its {of}.")
        answer = http.get(path, params={**(params or {}), "page": str(page)})
        rows = list_of(data_of(Call.LIST, answer), http, of=of)
        if not rows or rows == before:
            return
        yield rows
        if page == _last(answer):
            return
        before = rows
    raise ProviderUnreachable(f"{http.name} has too many {of} to look through.")


def _last(answer: Answer) -> object:
    """The number of the last page, where the answer tells it."""
    meta = answer.body.get("meta")
    if not isinstance(meta, dict):
        return None
    info = meta.get("page_info")
    return info.get("total_pages") if isinstance(info, dict) else meta.get("pageCount")


def list_of(data: object, http: ProviderHttp, *, of: str) -> list[object]:
    """Raises `OddAnswer` for what is no list."""
    if not isinstance(data, list):
        raise OddAnswer(f"{http.name} answered no list of {of}.")
    return data


def readable[W: Wire](shape: type[W], rows: Iterable[object], *, provider: str) -> Told[W]:
    """The rows that can be read, and of each other what is wrong with it."""
    found: list[W] = []
    unreadable: list[str] = []
    for row in rows:
        try:
            found.append(read(shape, row, provider=provider))
        except OddAnswer as error:
            unreadable.append(str(error))
    return Told(found, unreadable)
