"""The schema that drafts are held to, inferred from the account's content: no API tells it.

infer         the fields that content has, and their kinds
model         what a schema is
value_kinds   the kinds of values
"""
