"""The results of sessions that run: processes that work them out, and what pages see of them."""
