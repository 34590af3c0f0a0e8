"""Stillpoint's hub: puts every sample of a group on one clock, and keeps all of it."""
