"""Reading a provider's lists, page by page."""

from collections.abc import Callable, Iterator, Mapping

from payment.providers.answers import Call
from payment.providers.base import OutcomeUnknown, ProviderUnreachable
from payment.providers.http import Answer, ProviderHttp

# What an answer holds. Raises what it means where that is none.
type Read = Callable[[Call, Answer], object]


def pages(
    http: ProviderHttp, data_of: Read, path: str, *, of: str, most: int, params: Mapping[str, str] | None = None
) -> Iterator[list[object]]:
    """The rows of one page after the other; the caller stops at the last. `of` says what they are, for people.

    Raises `OutcomeUnknown` for what is no list, and `ProviderUnreachable` where there are more pages than `most`.
    """
    for page in range(1, most + 1):
        rows = data_of(Call.LIST, http.get(path, params={**(params or {}), "page": str(page)}))
        if not isinstance(rows, list):
            raise OutcomeUnknown(f"{http.name} answered no list of {of}.")
        yield rows
    raise ProviderUnreachable(f"{http.name} has too many {of} to look through.")
