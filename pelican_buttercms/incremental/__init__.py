"""Rendering of only the pages that show something that has changed, for any Pelican site.

While a page is rendered, everything that it reads is recorded: templates, the names that they look
up, each attribute of a content, each part of a list, each setting. The next build asks the same
questions first. A page whose answers are all the same, and whose file is as it was left, is not
rendered. What cannot be followed is always rendered.

`PLUGINS = ["pelican_buttercms.incremental"]` does this for a site of files. Another plugin that
adds content tells about it through the Protocol `host.Host`.

| module | what it holds |
|---|---|
| `host` | what a plugin with content of its own tells about it |
| `plain_site` | the plugin for any site |
| `incremental_build` | one build of one output folder, from its emptying to the last file |
| `page_reuse` | everything that records, compares and renders, put together for one build |
| `caching_writer` | what stands before Pelican's writer: keep a page, or render it |
| `page_renderer`, `page_task` | rendering of one page, and pages that wait for it |
| `parallel_setup`, `process_pool` | rendering in several processes |
| `page_results` | what became of each page |
| `feed_cache`, `pagination` | feeds and paginated lists, as Pelican's writer has them |
| `static_files` | leaves copied files alone where they are the same |
| `output/` | the output folder: how files are written, how they were left, and what is stale |
| `up_to_date/` | whether anything has changed at all |
| `page_dependencies`, `given_values` | whether a page is up to date, by what it depends on |
| `dependency_table`, `fact_groups` | all recorded questions with their answers |
| `table_delta`, `table_part` | what a process has learnt of them, and what is still needed |
| `manifest`, `checksummed_file` | what each page was rendered from, on disk |
| `build_key` | if it changes, every page is rendered |
| `recorder` | what is read while a page is rendered |
| `instrumentation` | makes objects record, or not |
| `tracked_objects`, `tracked_containers` | objects, lists and mappings that record what is read |
| `jinja_environment` | what a Jinja environment offers templates |
| `jinja_tracing` | Jinja's parts that record what templates use |
| `fragment_cache`, `fragment_compiler` | parts of pages that many pages share |
| `input_registry` | stable names of everything that a page can read |
| `evaluate` | the answers to recorded questions, as they are now |
| `plain_objects` | objects that show nothing but what they hold |
| `fingerprint` | texts that tell values apart |
| `pure_functions` | which functions return the same for the same arguments |
| `function_fingerprint`, `code_names`, `user_modules` | the code of functions |
| `compatibility`, `introspection` | who else has a hand in the site |
| `known_plugins` | other plugins whose part in a site is known |
| `warning_replay` | warnings of pages that are kept |
| `generator_contents`, `generator_hooks` | Pelican's generators |
| `process_start` | when this process began |
| `pelican_patches/` | Pelican's quadratic loops in linear time |
"""

from __future__ import annotations

from pelican_buttercms.incremental import process_start as process_start  # before the user's code


def register() -> None:
    """Connect the plugin to Pelican."""
    from pelican_buttercms.incremental import plain_site  # noqa: PLC0415  (others import this room)

    plain_site.connect()
