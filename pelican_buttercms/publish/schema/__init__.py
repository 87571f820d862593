"""The schema that drafts are held to, inferred from the account's content: no API tells it.

infer              the fields that content has, and their kinds
model              what a schema is
value_kinds        the kinds of values
json_schema        schemas as JSON Schema, and what differs between two
template_skeleton  the template that a page type or component may begin with
"""
