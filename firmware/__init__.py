"""The kit's files. The hub imports `firmware.wire` and nothing else from here."""
