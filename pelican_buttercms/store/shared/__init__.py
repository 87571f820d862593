"""A store that build machines share through object storage; manifests are written last.

push, pull       transfer the newest content, merged record by record
remote_manifest  the files that name records
remote_pull      what manifests hold
garbage          removes records that no manifest names
object_storage   named bytes below a URL, through fsspec
"""
