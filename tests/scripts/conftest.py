"""Scripts import what lies next to them."""

import sys
from pathlib import Path

BENCH = Path(__file__).parent.parent.parent / "scripts" / "bench"
sys.path[:0] = [str(BENCH), str(BENCH / "workers")]
