"""Safe paths and files: names from strangers, regular files only, whole writes, clear errors.

Everything in the cache, in a shared store or in a draft may come from somebody else. A name from
there is joined to a folder by `SafeFolder` and by nothing else, and a file is opened by
`open_regular`, so that neither leads out of its folder nor waits for ever.

paths       names that become paths, and texts that become file names
files       opening and writing
problems    errors of the disk, as users read them
"""

from pelican_buttercms.filesystem.files import (
    KEPT,
    NotRegularError,
    has_bytes,
    open_regular,
    open_to_append,
    read_regular,
    write_over,
    write_whole,
    written_aside,
)
from pelican_buttercms.filesystem.paths import (
    LONGEST_NAME,
    SafeFolder,
    UnsafePathError,
    distinct_name,
    is_device,
    is_safe_name,
)
from pelican_buttercms.filesystem.problems import explain, explained, printable

__all__ = [
    "KEPT",
    "LONGEST_NAME",
    "NotRegularError",
    "SafeFolder",
    "UnsafePathError",
    "distinct_name",
    "explain",
    "explained",
    "has_bytes",
    "is_device",
    "is_safe_name",
    "open_regular",
    "open_to_append",
    "printable",
    "read_regular",
    "write_over",
    "write_whole",
    "written_aside",
]
