"""Scripts import what lies next to them."""

import sys
from pathlib import Path

BENCH = Path(__file__).parent.parent.parent / "scripts" / "bench"
SCRIPTS = BENCH.parent
sys.path[:0] = [str(SCRIPTS), str(BENCH), str(BENCH / "workers")]
