"""The relay, which receives ButterCMS's webhooks and starts builds.

wsgi          the application: webhooks, /healthz, /metrics and /log
request_body  reading of a request's body, bounded in size and time
dispatcher    the worker: windows, deliveries, retries
targets       GitHub and deploy hooks
command       a command on this machine
config        options and secrets
factory       a relay from its options
server        the HTTP server of `pelican-buttercms relay`
metrics       Prometheus' text format

The queue that holds the events until they are delivered is `pelican_buttercms.store.queue`.
"""
