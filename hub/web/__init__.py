"""The hub's web side: the live page, the leader's console, and the calls behind them.

The only place that knows FastAPI. It knows the hub through `facade.Hub` and nothing else.
"""
