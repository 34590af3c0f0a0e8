"""What InfluxDB holds: a table of measurements, lines made from results, and the way there."""
