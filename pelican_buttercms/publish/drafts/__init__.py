"""Local draft files: read with the site's own Pelican readers, and written back after publishing.

tables            files of many drafts: rows of CSV, lists in YAML and JSON
csv_cells         the cells of such rows, and edits that keep every other byte
parse_errors      what is wrong in a file that cannot be parsed
bounds            limits of size, depth, numbers and brackets, checked before parsing
cms_links         site addresses of CMS content that a draft links to
edit_file         changes of a draft's file, by its format
edit_lines, edit_structured   change keys of metadata, keep every other byte
errors            the error that this package raises
file_formats      a draft's file to its metadata and HTML
front_matter      where metadata stands in a file
html_to_text      the text that HTML shows
identity          kind, group, locale and slug of a draft
links             links of a body, resolved to public addresses
local_files       the files that drafts name, and where they are looked for
locale_versions   the versions in one file, by locale
metadata          the metadata of one file, and its problems
parse_draft       metadata to raw drafts
pelican_site      the Pelican site: readers, addresses, languages, clock
post_fields       the values of a post, in the API's names
quiet_logging     silences Pelican while drafts are read
raw_draft         a draft as its file has it
read              files and folders to raw drafts
site_paths        what Pelican takes a path for: article, page, or a file that it generates
site_plugins      the site's plugins, loaded for rendering
write_back        Id, Base and values, written into a draft's file
yaml_json         YAML and JSON, parsed as JSON values with line numbers
"""
