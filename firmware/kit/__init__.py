"""The kit: one small module per task."""
