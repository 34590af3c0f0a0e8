"""Stillpoint's hub: puts every sample of a group on one clock, and keeps all of it."""

import os

# Before numpy is loaded: our matrices are small, and its threads, waiting for one another on a
# busy machine, took twenty times as long as one does (400 groups' synchrony: 70 s, not 4).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
