"""The live preview: a local site with drafts that follows the CMS and the files.

session      the loop: wait for an event, check the CMS or the files, build
events       what the loop waits for: changed files, keys, requests
budget       how often the CMS may be asked
site         builds by Pelican, each in a folder of its own
server       the HTTP server that shows the newest build
live_reload  messages to the open pages when there is a new build
"""
