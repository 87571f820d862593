"""The `BUTTERCMS_*` settings and their defaults."""

from __future__ import annotations

from typing import Any

API_URL = "https://api.buttercms.com/v2/"
EMULATOR = "emulator:"

# The one place where a default is written; the README's table is checked against it.
DEFAULTS: dict[str, Any] = {
    "BUTTERCMS_API_URL": API_URL,
    "BUTTERCMS_POSTS": True,
    "BUTTERCMS_PAGE_TYPES": [],
    "BUTTERCMS_METADATA": {},
    "BUTTERCMS_COLLECTIONS": [],
    "BUTTERCMS_FRONT_PAGE": None,
    "BUTTERCMS_DISCOVER": True,
    "BUTTERCMS_DANGLING": "warn",
    "BUTTERCMS_LEVELS": 1,
    "BUTTERCMS_LOCALES": [],
    "BUTTERCMS_TRANSLATION_ID": None,
    "BUTTERCMS_LANG_TEMPLATES": {},
    "BUTTERCMS_X_DEFAULT": None,
    "BUTTERCMS_PREVIEW": False,
    "BUTTERCMS_ENVIRONMENT": None,
    "BUTTERCMS_OFFLINE": False,
    "BUTTERCMS_MAX_AGE": None,
    "BUTTERCMS_MAX_STALE": "30d",
    "BUTTERCMS_RECONCILE": "1d",
    "BUTTERCMS_MAX_CALLS": None,
    "BUTTERCMS_MAX_DELETIONS": {"share": 0.25, "number": 5},
    "BUTTERCMS_ALT_MEDIA_TEXT": True,
    "BUTTERCMS_MEDIA": "cdn",
    "BUTTERCMS_SITEMAP": True,
    "BUTTERCMS_CACHE_PATH": None,
    "BUTTERCMS_STORE_URL": None,
    "BUTTERCMS_SNAPSHOT": None,
    "BUTTERCMS_FILES_URL": None,
    "BUTTERCMS_SANITIZE": False,
    "BUTTERCMS_CONCURRENCY": 8,
    "BUTTERCMS_INCREMENTAL": True,
    "BUTTERCMS_PURE": [],
    "BUTTERCMS_KNOWN_PLUGINS": [],
    "BUTTERCMS_WORKERS": None,
    "BUTTERCMS_CHANGED_FILES": None,
}
FROM_ENVIRONMENT = (
    "BUTTERCMS_API_URL",
    "BUTTERCMS_PREVIEW",
    "BUTTERCMS_OFFLINE",
    "BUTTERCMS_SNAPSHOT",
    "BUTTERCMS_STORE_URL",
    "BUTTERCMS_ENVIRONMENT",
    "BUTTERCMS_INCREMENTAL",
)
