"""Where Pelican is entered: its signals, connected to what the plugin does at each.

Pelican imports every installed plugin on every run, so nothing heavy is imported before a site has
asked for it; and it swallows what `register()` raises, so nothing happens there but connecting.

The life of a build:
    activation         whether a site uses ButterCMS
    registry           which site and build an object of Pelican belongs to
    build_lifecycle    what happens from the start of a build to its end
    build_state        what lives as long as a site, and as long as one build
    incremental_host   what incremental rendering is told about the content
    content_versions   the versions of contents, by which their pages are rendered again
Contents:
    inject             adds the CMS's contents to Pelican's lists
    content_factory    builds articles and pages
    content_metadata   builds their metadata
    field_mapping      which field of a page is its title, date, body
    field_metadata     fields that become metadata of the user's own
    page_body          the bodies of articles and pages
    source_files       files of contents, for plugins that open them
    other_plugins      what other plugins' code needs of contents
    taxonomy           one object for each category, tag and author
    translations       versions in several languages
    language_graphs    the content of each language
    local_dates        dates of local files that are older than the CMS's
    published_drafts   local drafts that the CMS has by now
    front_matter_reader   YAML front matter of local files
Templates and HTML:
    template_context   the object `buttercms`
    jinja_filters      the filters `butter_…`
    text_filters       Jinja's own filters, for the CMS's texts
    cms_text           the type of the CMS's texts
    html_text          texts and times as Pelican expects them
    structured_data    what a page is about, for search engines
    headings           the headings of a text, with addresses of their own
    sanitize, dom_names, embeds, intrasite_links, term_names, image_urls
Output:
    local_media        downloaded media files
    body_pictures      sizes and widths of the pictures in bodies
    language_indexes   lists for each language
    feed_filter        what is in the feeds, and what each says of itself
    feed_formats       feeds as Atom, RSS and JSON
    sitemap            `sitemap.xml`
    own_files          files that are made in one piece, without a template
    redirects/         old addresses that live on
    crawlers           `robots.txt`, `llms.txt` and the key of IndexNow
    search_index       what Pagefind makes of the pages that were written
    claims             every file that will be written, and by whom
    vanished_fields    fields that templates read and the account has no more
    url_collisions     two contents that claim one file
    validation         checks before anything is written
    drafts/            what is not published
Elsewhere:
    explain            why a record is on the site, or is not
    settings_file      Pelican's settings for commands
    log_filter         what Pelican logs
    github/            reports to GitHub Actions
"""

from __future__ import annotations

from typing import Any

from pelican.plugins import signals

from pelican_buttercms.plugin import registry


def connect() -> None:
    """Connect module-level functions: Pelican's signals hold their receivers weakly."""
    signals.initialized.connect(on_initialized)
    signals.get_generators.connect(on_get_generators)
    signals.generator_init.connect(on_generator_init)
    signals.readers_init.connect(on_readers)
    signals.article_generator_context.connect(on_local_metadata)
    signals.page_generator_context.connect(on_local_metadata)
    signals.content_object_init.connect(on_content)
    signals.article_generator_pretaxonomy.connect(on_articles)
    signals.article_generator_finalized.connect(on_articles_finalized)
    signals.page_generator_finalized.connect(on_pages)
    signals.all_generators_finalized.connect(on_all_generators)
    signals.content_written.connect(on_written)
    signals.finalized.connect(on_finalized)


def on_initialized(pelican: Any) -> None:
    """Check the settings, once per Pelican instance; no network."""
    if registry.has_site(pelican.settings):  # a sub-instance of i18n_subsites
        from pelican_buttercms.content.addresses import encode_names  # noqa: PLC0415

        encode_names(pelican.settings)  # it has settings of its own; the main one was opened
        return
    from pelican_buttercms.plugin import activation  # noqa: PLC0415

    if environment := activation.environment_of(pelican.settings):
        from pelican_buttercms.settings.terminal import print_any_text  # noqa: PLC0415

        print_any_text()  # a warning that names a post must not end the build
        from pelican_buttercms.incremental.pelican_patches import gc_pause  # noqa: PLC0415

        with gc_pause.off():  # of what is imported, nothing is thrown away
            from pelican_buttercms.content.addresses import encode_names  # noqa: PLC0415
            from pelican_buttercms.plugin import build_lifecycle  # noqa: PLC0415

        build_lifecycle.open_site(pelican, environment)
        encode_names(pelican.settings)


def on_get_generators(pelican: Any) -> Any:
    """Pull what is due and link it, once per run; add the sitemap's generator."""
    site = registry.site_of(pelican)
    if site is None:
        return []
    from pelican_buttercms.plugin import build_lifecycle  # noqa: PLC0415

    generators = build_lifecycle.start_run(pelican, site)
    if not site.rests:
        # after all other plugins, which may change files at the end
        signals.finalized.disconnect(on_finalized)
        signals.finalized.connect(on_finalized)
    return generators


def on_generator_init(generator: Any) -> None:
    """Add the content and the filters to a generator's templates, if there is anything to do."""
    if run := registry.run_of(generator):
        from pelican_buttercms.plugin import jinja_filters  # noqa: PLC0415

        generator.context["buttercms"] = run.content
        registry.show(generator)
        jinja_filters.install(generator.env)
    elif (site := registry.resting_site_of(generator)) and site.up_to_date_check:
        site.up_to_date_check.disable(generator)


def on_readers(readers: Any) -> None:
    """Read YAML front matter as `publish` does."""
    if registry.has_site(readers.settings):
        from pelican_buttercms.plugin import front_matter_reader  # noqa: PLC0415

        front_matter_reader.install(readers)


def on_local_metadata(generator: Any, metadata: dict[str, Any]) -> None:
    """Complete a local draft, whichever generator reads it."""
    if run := registry.run_of(generator):
        from pelican_buttercms.plugin.published_drafts import complete  # noqa: PLC0415

        complete(metadata, run.find, generator.settings.get("TIMEZONE", "UTC"))


def on_content(content: Any) -> None:
    """Make the URL of an article or a page, a local one too, cheap to ask for."""
    if registry.run_of(content):
        from pelican_buttercms.incremental import pelican_patches  # noqa: PLC0415

        pelican_patches.quicken_content(content)


def on_articles(generator: Any) -> None:
    """Add posts, and pages whose type is mapped to articles, to the local articles."""
    if run := registry.run_of(generator):
        from pelican_buttercms.incremental import pelican_patches  # noqa: PLC0415
        from pelican_buttercms.plugin import inject  # noqa: PLC0415

        inject.add_articles(generator, run)
        pelican_patches.quicken_lists(generator)


def on_articles_finalized(generator: Any) -> None:
    """List articles under every one of their categories, and by language; guard the feeds."""
    if run := registry.run_of(generator):
        from pelican_buttercms.plugin import feed_filter, inject  # noqa: PLC0415

        inject.list_under_all_categories(generator)
        inject.collect_by_language(generator, run)
        feed_filter.guard(generator, run.begin_writing)


def on_pages(generator: Any) -> None:
    """Add pages to the local pages."""
    if run := registry.run_of(generator):
        from pelican_buttercms.plugin import inject  # noqa: PLC0415

        inject.add_pages(generator, run)


def on_all_generators(generators: list[Any]) -> None:
    """Refuse two items with one URL before anything is written, or wiped."""
    if run := registry.run_of(generators[0]):
        from pelican_buttercms.incremental import generator_hooks  # noqa: PLC0415
        from pelican_buttercms.plugin import (  # noqa: PLC0415
            other_plugins,
            page_body,
            url_collisions,
            validation,
        )

        if run.is_main:
            validation.warn_of_pure(generators, run.options)
        if run.rendered_bodies:
            plugins = other_plugins.plugins_naming("_content", generators[0].settings)
            page_body.show_bodies(run.rendered_bodies, plugins)
        run.plan_own_files(generators)
        url_collisions.refuse_clashes(generators, run.options, run.media)
        run.prepare_output(generators)
        run.link_profiles(generators[0])
        if run.session:
            generator_hooks.after_last(generators, run.session.remove_stale)


def on_written(path: str, context: dict[str, Any]) -> None:
    """Mark what a preview wrote; look at what a live build wrote."""
    if run := registry.run_in(context):
        run.wrote(path, context)


def on_finalized(pelican: Any) -> None:
    """Release the objects of the build, which Pelican's caches would keep."""
    if run := registry.end_run(pelican.settings):
        from pelican_buttercms.plugin import build_lifecycle  # noqa: PLC0415

        build_lifecycle.end_run(pelican, run)
    elif site := registry.resting_site_of(pelican):
        from pelican_buttercms.plugin import build_lifecycle  # noqa: PLC0415

        build_lifecycle.end_rest(site)
