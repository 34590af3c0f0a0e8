"""What a line is held against: the row of the table of measurements."""

from hub.store.table import Measurement, of_bucket


def measurement(name: str, bucket: str) -> Measurement:
    """StopIteration where there is none."""
    return next(one for one in of_bucket(bucket) if one.name == name)
