"""Drivers: a bus goes in, counts come out. No pins, no clock, no waiting."""
