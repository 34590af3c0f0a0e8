"""Signals: pure numpy, one stage a file. Time comes in with the data.

ppg -> beats -> prv (intervals, heart rate, pulse-rate variability); eda -> level and responses;
quality -> 0..1 with a named cause; arousal -> against the person's own baseline; seat puts them
together, second by second. What is computed, from which source and how well: docs/signals.md.
"""
