"""Decoders of responses: bodies become listings, items and collections, or our errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, NoReturn, TypeVar

import msgspec

from pelican_buttercms.api.error_mapping import error_of
from pelican_buttercms.api.read_requests import Request
from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.errors import ResponseError

Data = dict[str, Any]
Item = TypeVar("Item")
Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Response:
    """What came back.

    Attributes:
        status: the HTTP status code.
        headers: by their names in lower case.
        body: all of it.
        token: the variable of the token that was sent, and where that was found; for messages.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """One page of a listing.

    Attributes:
        items: the API's objects, or what was made of them.
        count: how many items all pages have together; None where the API does not page.
        next_page: the next page's number, None on the last.
        next_offset: the same under `limit` and `offset`.
        has_meta: whether the answer said anything of all this.
    """

    items: Sequence[Item]
    count: int | None = None
    next_page: int | None = None
    next_offset: int | None = None
    has_meta: bool = False


class _Meta(msgspec.Struct):
    """The documents' and the recordings' forms alike. Source: contract, section 4."""

    count: Annotated[int, msgspec.Meta(ge=0)] | None = None
    next_page: int | None = None
    next_offset: int | None = None


class _ListBody(msgspec.Struct):
    data: list[Data]
    meta: _Meta | None = None


class _ItemBody(msgspec.Struct):
    data: Data
    meta: Data | None = None


class _CollectionsBody(msgspec.Struct):
    data: dict[str, Any] = {}
    meta: _Meta | None = None


# msgspec learns a type when it is first decoded, and crashes where several threads make it learn
# at once (seen with 0.22); so it learns all of them here, in the one thread that imports.
for _shape in (_ListBody, _ItemBody, _CollectionsBody):
    msgspec.json.Decoder(_shape)


def decode_listing(request: Request, response: Response) -> Listing[Data]:
    """Decode a page of posts or pages, or all authors, categories or tags.

    Raises:
        APIError: the API answered with an error.
        ResponseError: the body is not a listing; so from every decoder here.
    """
    body = _decode(request, response, _ListBody)
    return _listing(body.data, body.meta)


def decode_item(request: Request, response: Response) -> Data:
    """Decode one post, page, author, category or tag."""
    return _decode(request, response, _ItemBody).data


def decode_collections(request: Request, response: Response) -> dict[str, list[Data]]:
    """Decode the items of one or more collections, by collection key; `{}` when none was asked."""
    body = _decode(request, response, _CollectionsBody).data
    return {key: _items(request, value) for key, value in body.items()}


def decode_joined(
    request: Request, response: Response, keys: Iterable[str]
) -> dict[str, list[Data]] | None:
    """Decode all items of several collections; None when one is missing or only a page of it came.

    An absent collection would otherwise look like an empty one, and its items like deleted ones.
    """
    body = _decode(request, response, _CollectionsBody)
    meta = body.meta
    more = meta is not None and (meta.next_page, meta.next_offset) != (None, None)
    lists = [value for value in body.data.values() if isinstance(value, list)]
    more = more or (meta is not None and meta.count not in {None, sum(map(len, lists))})
    keys = tuple(keys)
    if more or not body.data.keys() >= set(keys):
        return None
    return {key: _items(request, body.data[key]) for key in keys}


def decode_collection(request: Request, response: Response, key: str) -> Listing[Data]:
    """Decode a page of one collection's items."""
    body = _decode(request, response, _CollectionsBody)
    if key not in body.data:
        _refuse(request, f"the collection {key!r} is not in it")
    items = _items(request, body.data[key])
    if items is not body.data[key]:
        return Listing(items, has_meta=True)  # a single value has no second page
    return _listing(items, body.meta)


def raise_for_status(request: Request, response: Response) -> None:
    """Raise the error of an error status.

    Raises:
        APIError: of the subclass that fits the status.
        ResponseTooLargeError: the API says that its answer would be too large.
    """
    if response.status >= 300:
        raise error_of(
            request.method,
            request.path,
            response.status,
            dict(response.headers),
            response.body,
            token=response.token,
        )


def _items(request: Request, value: Any) -> list[Data]:
    """Return the items of a collection; a legacy content field with one value has one item.

    Its id is 0, which no item has, and its field `value`. Source: contract, section 15.
    """
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return value
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        _refuse(request, "a collection holds items and other values")
    if isinstance(value, dict) and isinstance(value.get("meta"), dict):
        return [value]
    return [{"meta": {"id": 0}, "value": value}]


def _listing(items: list[Data], meta: _Meta | None) -> Listing[Data]:
    if meta is None:
        return Listing(items)
    return Listing(
        items,
        meta.count,
        meta.next_page,
        meta.next_offset,
        has_meta=True,
    )


def _decode(request: Request, response: Response, shape: type[Shape]) -> Shape:
    raise_for_status(request, response)
    try:
        return msgspec.json.decode(response.body, type=shape)
    except RecursionError:
        _refuse(request, "it is nested too deeply")
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        _refuse(request, clean_line(exc, 300), exc)


def _refuse(request: Request, why: str, cause: Exception | None = None) -> NoReturn:
    raise ResponseError(
        f"{request.method} {request.path} was answered with something that is not what the API"
        f" promises: {why}. Try again; if it stays, look at the API's status page."
    ) from cause
