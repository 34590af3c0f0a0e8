"""The judge of the signal code: known truth, ours and the best open tools in one run."""
