"""Records with any fields, and recorded ones, as the tests of content have them."""

from tests.content.conftest import item, page, recorded

__all__ = ["item", "page", "recorded"]
