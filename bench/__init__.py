"""`make bench`: how fast and how dear the hub is, measured on real processes."""
