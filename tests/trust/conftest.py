"""Evidence of trust: each file shows one thing, with a figure.

A normal run takes a part of each; `TINYAGENT_EVIDENCE=1 pytest tests/trust -s` takes the whole and prints the figures.
"""

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
# Strings, doubles and readers that other tests have already.
sys.path += [str(TESTS / room) for room in ("tools", "desktops") if str(TESTS / room) not in sys.path]
