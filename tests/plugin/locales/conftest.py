"""A site in three languages."""

import pytest

from .heads import HEAD

CHAIN = {"en": [], "de": ["en"], "de-AT": ["de", "en"]}


@pytest.fixture
def trilingual(site, account):
    """An account in three locales with a chain, and templates that tell what they see."""
    account.settings(locales=["en", "de", "de-AT"])
    account.post("hello", title="Hello")
    account.post("only-english", title="Only English", body="<p>English words</p>")
    account.translate("posts/hello", "de", title="Hallo")
    account.page("*", "about", text="About")
    account.translate("single_pages/about", "de", name="Wir", fields={"text": "Über uns"})
    account.translate("single_pages/about", "de-AT", name="Mir", fields={"text": "Servus"})
    site.write(
        "templates/article.html",
        HEAD + "{{ article.title }}|{{ article.lang }}|"
        "{{ article.fallback_of.lang if article.fallback_of else 'own' }}|{{ article.content }}|"
        "{% for t in article.translations %}{{ t.lang }}={{ t.url }};{% endfor %}</body>",
    )
    site.write("templates/page.html", HEAD + "{{ page.title }}|{{ page.content }}</body>")
    site.configure(
        BUTTERCMS_LOCALES=CHAIN,
        BUTTERCMS_PAGE_TYPES=["*"],
        THEME_TEMPLATES_OVERRIDES=["templates"],
        ARTICLE_LANG_URL="{lang}/{slug}.html",
        ARTICLE_LANG_SAVE_AS="{lang}/{slug}.html",
        PAGE_LANG_URL="{lang}/pages/{slug}.html",
        PAGE_LANG_SAVE_AS="{lang}/pages/{slug}.html",
    )
    return site
