"""Local drafts become content of the CMS: read, resolve, plan, apply, verify; and export, back.

session          one run of the command
context          what all parts of a run share
drafts           reads drafts as Pelican does, and writes ids back
resolve          finds out what a draft means for the account
schema           the schema that drafts are held to, inferred from the account's content
plan             compares with what is live, and plans each call
apply            sends the writes, and continues a run that was killed
export           writes content as drafts
scaffold         writes new drafts
write_model      fields and values, as they are written
undo             the plan that puts back what a run overwrote
resolved_draft   a draft whose meaning is known
remote_state     what the account holds now
item_reads       reads of collection items past the caches, in few calls
base_versions    what was published last, for the three-way merge
after_publish    brings the store up to date with what was written
html_compare     whether two texts of HTML show the same
"""
