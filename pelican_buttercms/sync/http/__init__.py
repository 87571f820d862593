"""HTTP: the only place that imports httpx.

client         one ButterCMS API, asked request by request
write_client   writes, whose outcome may be unknown
exchange       one request and its answer, bounded in time and size
network        connections whose every wait is bounded
retry          which failures are tried again, and when
transport      proxies, and accounts that the emulator plays
auth           the token, which only the header ever reveals
download       files of the media library
post           webhooks' and deploy hooks' requests
"""
