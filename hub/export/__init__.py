"""A session as open files: samples, features, phases and a codebook that explains every column."""
