"""Real sessions or simulated ones: a demo writes into the same buckets, under a site of its own."""

from __future__ import annotations

from dashboards.model import Variable

SIMULATED = "demo"  # the site of `stillpoint demo`
KIND = Variable("kind", "Sessions", "Real sessions, or those of the demo's simulated people",
                choices={"real": "!=", "simulated": "="})
OF_THE_KIND = f"\"site\" ${{kind:raw}} '{SIMULATED}'"
