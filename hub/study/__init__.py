"""Recorded sessions as a study: the mission's contrasts over the sessions of a hub."""
