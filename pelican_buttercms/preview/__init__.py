"""The live preview: a local site with drafts that follows the CMS and the files.

session      the loop: wait for an event, check the CMS or the files, build
events       what the loop waits for: changed files, keys, requests
budget       how often the CMS may be asked
site         incremental builds by Pelican, in a folder of its own
frozen_files   copies of the files of the last whole build, which are shown
problems     what went wrong: file, line, excerpt
server       the HTTP server that shows the newest build
live_reload  messages to the open pages: a new build, what is wrong
client.js    the script in the pages: reloads, shows what is wrong, and the bar
"""
