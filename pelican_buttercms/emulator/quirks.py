"""The choices of the emulator where accounts, API versions or the API's documents differ.

Source: contract, sections 14 and 15. The default is today's API, as far as it is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_type_hints

from pelican_buttercms.errors import AccountError
from pelican_buttercms.wording import nearest


@dataclass(frozen=True)
class Behaviour:
    """The choices of one emulator, one for each difference.

    Attributes:
        api: `2024` takes all the choices of the responses recorded in May 2024 (`PRESETS`); other
            choices that are named beside it win.
        levels: what a whole number out of 1 to 5 gets: the nearest in range, or a 400.
        errors: the shape of a write's 400.
        plan_limit: the status of a write beyond the plan.
        locale_error: the shape of the 400 for an unknown locale.
        feeds: a feed inside an object, as recorded, or a bare string, as documented.
        unpublish: the last part of a collection item's unpublish event.
        one_to_one: a one-to-one reference alone, or in a list of one.
        page_status: whether pages have `status` and `scheduled`, and posts `scheduled`.
        live_status: the `status` of a published version that has a draft over it: its own, or
            that of the current version, which is the draft.
        post_url: a post's `url`: `/slug` in listings and null elsewhere, as recorded; the bare
            slug, as in 2021; `/slug` everywhere; or absolute, after the account's `base_url`.
        post_locales: whether posts have translations, or `locale` is ignored on posts.
        post_locale_events: the event of a post in another locale: its own, the plain one, or both.
        filters: whether filters and `order` are applied; refused with a 403 where no item has the
            field; or ignored, as parameters are that an endpoint does not know.
        item_order: collection items by descending or ascending id.
        flat_items: whether an item's fields may stand outside locale codes in an account that has
            several locales.
        write_back: whether writes take what reads give: terms as objects, expanded references.
        joined_keys: whether several collections may be asked for in one call.
        expand: whether `levels=1` gives references as URIs, or still expands one step.
        silent_failures: whether writes are accepted with 202 and then come to nothing.
        new_items: whether all items of one call are created, or only each second one.
        slug_clash: whether a page's slug must be unique in its type.
        immutable: what a change of a page's title or slug gets: nothing, or a 400.
        media_check: whether a media value has to be a URL that does not answer 404.
        collection_post: whether a collection's own path takes new items, as one guide has it.
        page_delete: whether a page can be deleted, as one page of the documents lists it.
        page_type_key: under which name a new page's type is taken: either, or one of the two.
        picker_form: in which form an entry of a component picker is taken: `{"type", "fields"}`,
            the component for a key, or either.
        uploads: whether media values that lie elsewhere are fetched into the library, and pictures
            of a post's body where `upload_images_to_media_library` asks for it, or kept as sent.
        cached_404: whether a 404 stays at its address, as at the edge, until everything settles.
        delay: after how many further requests an accepted write shows, or only when everything
            settles.
    """

    api: Literal["today", "2024"] = "today"
    levels: Literal["cap", "refuse"] = "cap"
    errors: Literal["fields", "array", "error", "empty-key", "detail"] = "fields"
    plan_limit: Literal["403", "400"] = "403"
    locale_error: Literal["detail", "locale"] = "detail"
    feeds: Literal["object", "string"] = "object"
    unpublish: Literal["unpublished", "unpublish"] = "unpublished"
    one_to_one: Literal["object", "list"] = "object"
    page_status: Literal["absent", "present"] = "present"
    live_status: Literal["version", "current"] = "version"
    post_url: Literal["null", "slug", "path", "absolute"] = "null"
    post_locales: Literal["translated", "ignored"] = "translated"
    post_locale_events: Literal["own", "plain", "both"] = "own"
    filters: Literal["apply", "refuse", "ignore"] = "apply"
    item_order: Literal["descending", "ascending"] = "descending"
    flat_items: Literal["refuse", "allow"] = "refuse"
    write_back: Literal["allow", "refuse"] = "allow"
    joined_keys: Literal["allowed", "refused"] = "allowed"
    expand: Literal["uri", "object"] = "uri"
    silent_failures: Literal["no", "yes"] = "no"
    new_items: Literal["all", "half"] = "all"
    slug_clash: Literal["refuse", "allow"] = "refuse"
    immutable: Literal["ignore", "refuse"] = "ignore"
    media_check: Literal["off", "on"] = "off"
    collection_post: Literal["refuse", "allow"] = "refuse"
    page_delete: Literal["refuse", "allow"] = "refuse"
    page_type_key: Literal["both", "underscore", "hyphen"] = "both"
    picker_form: Literal["both", "type", "key"] = "both"
    uploads: Literal["keep", "library"] = "keep"
    cached_404: Literal["no", "yes"] = "no"
    delay: Literal["0", "1", "2", "5", "manual"] = "0"

    @classmethod
    def parse(cls, *sources: Mapping[str, Any]) -> Behaviour:
        """Read choices by name; later sources win.

        Raises:
            AccountError: a name or a choice is not known; the nearest known one is offered.
        """
        chosen: dict[str, Any] = {}
        for source in sources:
            for name, value in source.items():
                chosen[name.replace("-", "_")] = str(value)
        known = [field.name for field in fields(cls)]
        hints = get_type_hints(cls)
        for name, value in chosen.items():
            if name not in known:
                near = nearest(name, known, cutoff=0)
                raise AccountError(
                    f"The emulator has no behaviour {name!r}; the nearest is {near!r}."
                )
            choices = get_args(hints[name])
            if value not in choices:
                raise AccountError(
                    f"The behaviour {name!r} is one of {', '.join(choices)}, not {value!r}."
                )
        return cls(**(PRESETS[chosen.get("api", "today")] | chosen))


PRESETS: dict[str, dict[str, Any]] = {
    "today": {},
    "2024": {
        "page_status": "absent",
        "post_locales": "ignored",
        "item_order": "ascending",
        "flat_items": "allow",
        "write_back": "refuse",
        "immutable": "refuse",
    },
}
"""The choices of each value of `api`."""
