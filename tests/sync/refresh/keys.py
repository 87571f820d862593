"""What the account of these tests holds."""

from pelican_buttercms.content import Key

POST = Key("post", "", "hello")
PAGE = Key("page", "news", "home")
ADA = Key("item", "people", "7")
