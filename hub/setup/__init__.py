"""Makes a new installation ready: secrets as files, and what InfluxDB must have."""
