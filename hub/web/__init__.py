"""The hub's web side: the live page, the leader's console, and the calls behind them.

The only place that knows FastAPI. It asks the hub through `facade.Hub` alone. The values that this
answers with (courses, protocols, events, problems), the errors, who may see what (`hub.policy`) and
the fit of a phone's clock are those of the whole hub.
"""
