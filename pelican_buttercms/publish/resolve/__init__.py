"""Drafts resolved against the account: references, authors, terms and fields, and their checks.

resolve             a draft, resolved against the account's schema
account_schema      schemas, authors, terms and keys, inferred from stored content
field_values        values, read by the schema of their fields
field_serializer    values, written for a draft file
unknown_fields      `Name: text` lines, converted to the schema's names and kinds
references          references to pages, items and other drafts
authors_and_terms   authors, categories and tags, by slug or name
type_check          the kind of a value, held to that of existing content
validate            whether the API will accept a draft
diagnostics         problems and notes that are collected meanwhile
"""
