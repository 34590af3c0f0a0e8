"""The hub as a whole: what pages and commands see of it, and what keeps it going."""
