"""Grafana's dashboards, made from typed Python: `python -m dashboards` writes json/."""
