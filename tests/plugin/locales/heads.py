"""The head of a page: how templates write it, and what it says of other languages."""

import re

HEAD = '<html><head>{% include "buttercms/head.html" %}</head><body>'


def alternates(html):
    """Read the hreflang links of a page."""
    return dict(re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', html))


def canonical(html):
    """Read the canonical address of a page."""
    return re.search(r'rel="canonical" href="([^"]+)"', html)[1]
