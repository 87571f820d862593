"""ButterCMS for Pelican, found by Pelican's own plugin discovery.

The wheel installs this file as `pelican/plugins/buttercms/__init__.py`. Pelican imports it on every
run of every site in the environment, so it imports nothing and cannot fail.
"""


def register() -> None:
    """Connect the plugin to Pelican."""
    from pelican_buttercms import register as register_plugin  # noqa: PLC0415

    register_plugin()
