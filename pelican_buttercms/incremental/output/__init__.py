"""The output folder: how its files were left, how they are written, and what is stale there.

`stale_files` is the one place that decides which file goes, and `record` the one file in which a
build finds what the last one has left. Everything works with and without reuse of pages.

| module | what it holds |
|---|---|
| `stale_files` | what is stale in an output folder: the decision, and the files of one build |
| `site_output` | the output folders of a site and of its sub-sites |
| `record` | how a build has left its files, on disk |
| `name_list` | files that were begun, or must not stay, on disk before they are written |
| `file_state` | what tells a file from what it was before |
| `removal` | removal inside of a folder, with what was compressed and empty folders |
| `conflicts` | room for a folder in the place of a file, and the other way round |
| `cleaning` | DELETE_OUTPUT_DIRECTORY, but for files that may be used again |
| `changed_files` | the list of what a build has written and removed |
| `writer` | writes files, unless they have the same bytes |
| `paths` | names of files in the output folder |
| `upgrade` | what earlier versions remembered |
"""
