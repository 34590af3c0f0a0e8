"""What a line is held against: the rows of the table of measurements."""

from hub.store.table import TABLE, Measurement


def of_bucket(bucket: str) -> tuple[Measurement, ...]:
    """What a bucket holds."""
    return tuple(one for one in TABLE if one.bucket == bucket)


def measurement(name: str, bucket: str) -> Measurement:
    """StopIteration where there is none."""
    return next(one for one in of_bucket(bucket) if one.name == name)
