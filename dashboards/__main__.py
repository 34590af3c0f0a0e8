"""`python -m dashboards`: write every dashboard to json/<audience>/<uid>.json."""

from __future__ import annotations

import json
from pathlib import Path

from dashboards import kits, review, room, seats, study
from dashboards.model import Dashboard

ALL = tuple(page.DASHBOARD for page in (room, review, seats, kits, study))
FOLDER = Path(__file__).parent / "json"


def path(dashboard: Dashboard) -> Path:
    """Where it is kept."""
    return FOLDER / dashboard.audience / f"{dashboard.uid}.json"


def written(dashboard: Dashboard) -> str:
    """What the file holds."""
    return json.dumps(dashboard.json(), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write all of them."""
    for dashboard in ALL:
        path(dashboard).parent.mkdir(parents=True, exist_ok=True)
        path(dashboard).write_text(written(dashboard), encoding="utf-8")
        print(path(dashboard).relative_to(FOLDER.parent))


if __name__ == "__main__":
    main()
