"""After the session, from the journal: the same pipeline, with the clocks of the whole session."""
