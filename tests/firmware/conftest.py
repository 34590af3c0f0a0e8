"""The kit's modules are imported here as on a board: `wire`, `kit.x`, `drivers.x`."""

import sys
from pathlib import Path

from hypothesis import settings

settings.register_profile("no deadline: the machine may be busy", deadline=None)
settings.load_profile("no deadline: the machine may be busy")
sys.path.insert(0, str(Path(__file__).parents[2] / "firmware"))
