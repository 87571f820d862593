"""Texts that could harm, and posts and pages of them."""

STAMP = "2024-05-17T10:00:00Z"
NASTY = [
    '"><script>alert("evil")</script>',
    "' onmouseover='alert(`evil`)",
    "{{ 7*7 }}{% raise %}{# evil #}${7*7}<%= 7*7 %>",
    "{% include '/etc/passwd' %}{{ SITEURL.__class__ }}",
    '0;url=https://evil.example" http-equiv="refresh',
    "</title></textarea></style></script><svg/onload=alert(1)>",
    "]]><!-- evil --><![CDATA[ &evil; &#0; &lt;script&gt;evil",
    "a\0b\x01c\x0bd\x1be\x7ff\ufffeg\uffff",
    "right\u202eto left\u2066\u200f \U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301\u0301\u0301",
    "line\r\nCRITICAL break\u2028and\u2029more\x85",
    "../../../../etc/passwd",
    "__proto__ __class__ {__class__} %s %(x)s {0} {slug}",
    "/v2/pages/*/../../x/",
    "/v2/content/?keys=k[_id=" + "9" * 5000 + "]",
    "http://[evil",
    "evil " * 40_000,
]
"""Texts for every place that an editor can write to."""


def post(slug, text="x", body="<p>x</p>", **more):
    """Build a post of one text in every place."""
    term = {"slug": "t", "name": text}
    names = ("title", "summary", "seo_title", "meta_description", "featured_image_alt")
    author = dict.fromkeys(("first_name", "last_name", "bio", "title", "twitter_handle"), text)
    return {
        **dict.fromkeys(names, text),
        "slug": slug,
        "status": "published",
        "published": STAMP,
        "body": body,
        "featured_image": text,
        "author": {"slug": "a", **author},
        "categories": [term],
        "tags": [term],
        **more,
    }


def page(slug, **fields):
    """Build a single page."""
    return {
        "slug": slug,
        "name": slug,
        "page_type": None,
        "status": "published",
        "published": STAMP,
        "fields": fields,
    }
