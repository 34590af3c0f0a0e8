"""The course of a session (who, when, which phase) from its protocol, presses and corrections."""
