"""Planning: which writes would make the CMS hold what the drafts say.

planner             compares drafts with what the CMS holds
changes             what to change of what is there, and what cannot be changed
plan                the plan: steps, conflicts, problems
options             the options of a run, and the outcome of one draft
three_way_merge     draft, base and CMS by field
equality            which values count as equal
group_writes        versions of one item become one write
post_translations   which post a draft in another locale translates
topological_order   what is referenced is written first
plan_deletions      the plan of `--delete`
missing_targets     references, files and links that lead nowhere
image_files         local files compared with those at the CMS
messages            what the API cannot do
plan_file           plans saved to files
protocols           what planning reads from the CMS
"""
