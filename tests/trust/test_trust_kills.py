"""SIGKILL at random moments of a plan on real files, and of its recovery.

`TINYAGENT_KILLS=500 pytest tests/trust/test_trust_kills.py -s` does as many as that and prints the figures.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ground import FULL

HERE = Path(__file__).parent
KILLS = int(os.environ.get("TINYAGENT_KILLS", "500" if FULL else "12"))


@pytest.mark.slow
def test_no_file_is_corrupt_nothing_is_unrecorded_nothing_is_done_twice_and_undo_restores_everything(
    tmp_path,
):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])])}
    seed = os.environ.get("TINYAGENT_SEED", "trust")
    done = subprocess.run(
        [sys.executable, "-P", str(HERE / "killed_open.py"), str(tmp_path), str(KILLS), seed],
        capture_output=True, text=True, env=env, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    print(figures)
    assert figures["faults"] == []
    assert figures["kills"] >= KILLS
    assert figures["before_the_end"] > KILLS // 4
