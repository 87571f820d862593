"""Applying a plan: each write is sent and read back until it shows.

publisher       applies the steps of a plan
payloads        builds the write of a step
cms             reads, paced writes, and the wait until a write shows
item_creation   new items: many in one call, found again by what they hold
run_journal     the steps of a run, on disk before each call
recovery        what an interrupted run left open
draft_updates   ids and bases for the draft files
run_history     what each run overwrote, to undo it
failures        which failures end a run
types           the protocols and the report
"""
