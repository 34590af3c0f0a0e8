"""A whole circle without people: bodies with a known truth, kits, networks, a leader."""
