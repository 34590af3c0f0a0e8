"""Whole studies with a known truth: what the contrasts find, and how many sessions they need."""
