"""Old addresses that live on: `BUTTERCMS_REDIRECTS`.

history    which address is whose, in a file that is committed
moves      which content is the same as one of the last build, and where each address leads now
formats    the files that hosts and browsers read
plan       all of that for one build
"""
