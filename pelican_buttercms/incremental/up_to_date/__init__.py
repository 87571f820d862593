"""Builds that end at once because nothing has changed since the last one.

Pages are compared one by one where something has changed (`incremental`). Where nothing has, that
follows from less: the same settings, the same content of the CMS, the same files in the folders
that a build reads, the same code, and an output folder that is as the last build has left it. Then
nothing is read, linked or compared, and Pelican's generators have nothing to do.

| module | what it holds |
|---|---|
| `check` | the decision |
| `build_inputs` | what a build reads, or why that cannot be known |
| `file_snapshot` | the files that it reads |
| `idle_generators` | Pelican's generators, which have nothing to do then |
| `warning_log` | its warnings, which are repeated |
| `build_record` | all of it, on disk from one build to the next |
"""

from pelican_buttercms.incremental.up_to_date.check import UpToDateCheck

__all__ = ["UpToDateCheck"]
