"""Sync: HTTP, pulls, partial refreshes, and which generation a build reads.

account            an account, its settings and its store
account_id         the account's id, from the token or from what is stored
account_survey     which page types and collections an account has
build_trigger      the events that a build was started with
call_budget        counts and bounds API calls
change_check       whether anything changed since the last pull
cost_estimate      what a pull will cost
deletion_guard     holds large deletions back
discovery          what references lead to
duplicates         items that come twice
encode_pipeline    encodes answers beside the fetching
freshness          which generation a build reads, and when it pulls
http               the client, its transport, and other HTTP
left_out           the warning of items that are listed as live and are not
listing_pages      the pages of one listing, checked against each other
listings           the listings of an account
live_and_preview   current content, as preview shows it and as it is live
load               what a build reads
media_download     media files
picture_sizes      pictures in several widths and formats
media_types        the types of media files that a site may serve
paged              what a paged listing is
pagination         whole listings
post_groups        the translations that belong to one post
progress           the display of a pull
pull               a full pull
pull_rounds        its rounds of listings
pull_spec          what it asks for
refresh            partial refreshes
selected           what the filters of a listing select
selected_listings  the listings of a pull of which a part is wanted
scheduled          what is scheduled to be published
untranslated       accounts that ignore the locale
"""
