"""The domain: from the bytes of a transcript to a checked draft of a 議事要旨.

Pure Python over typed frozen values: no web, queue, database or model library is imported here.
"""
