"""A crash in native code ends in a message and a remedy, not in a bare "Segmentation fault".

Before a model runs here for the first time, a child process loads it, evaluates a batch, and measures how many
threads suit the machine. What it found is kept in the cache directory, by the versions and the CPU that decide it,
so this costs a second once.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from tinyagent_cli.errors import ModelError
from tinyagent_cli.planner.engine import Engine
from tinyagent_cli.planner.library import has_amx
from tinyagent_cli.planner.tuning import Threads, cores

REMEDY = (
    "The build of llama.cpp on this machine does not fit its CPU. Build it again without native kernels:\n"
    "  CMAKE_ARGS='-DGGML_NATIVE=OFF' pip install --force-reinstall --no-cache-dir --no-binary llama-cpp-python llama-cpp-python"
)
PROBE = (
    "import json, sys; from pathlib import Path; from tinyagent_cli.planner.engine import Engine\n"
    "from tinyagent_cli.planner import tuning\n"
    "adapter = Path(sys.argv[2]) if sys.argv[2] else None\n"
    "engine = Engine(Path(sys.argv[1]), adapter, context=256)\n"
    "engine.evaluate(engine.tokenize('one two three four five six seven eight nine ten') * 4)\n"
    "engine.evaluate([*engine.evaluated, 5])\n"
    "print(json.dumps(tuning.measure(engine).data()))\n"
)


def checked_engine(model: Path, adapter: Path | None, *, context: int, threads: int) -> Engine:
    """Load a model that is known not to crash here; `threads` 0 takes what was measured. Raises ModelError."""
    found = known_threads(model) or tried_out(model, adapter)
    return Engine(model, adapter, context=context, threads=threads or found)


def tried_out(model: Path, adapter: Path | None) -> Threads:
    """Try a model out and measure, also where that was done before. Raises ModelError with a remedy."""
    found = probe(model, adapter)
    _remember(_key(model), found)
    return found


def known_threads(model: Path) -> Threads | None:
    """What was measured for a model, unknown numbers in it where that failed; None where it was never tried out."""
    data = _known().get(_key(model))
    return None if data is None else Threads.of(data)


def probe(model: Path, adapter: Path | None) -> Threads:
    """Load and run the model in a child process. Raises ModelError where the child dies of a signal."""
    files = [str(file.absolute()) if file else "" for file in (model, adapter)]
    program = Path(__file__).parents[2]  # where the child finds this package, and nothing that lies about elsewhere
    try:
        child = subprocess.run(
            [sys.executable, "-c", PROBE, *files], capture_output=True, timeout=300, check=False, cwd=program
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise ModelError(f"{model.name} could not be tried out: {fault}") from fault
    if child.returncode < 0 or child.returncode in (132, 134, 135, 136, 139, 0xC0000005, 0xC000001D):
        number = -child.returncode if child.returncode < 0 else child.returncode - 128
        name = signal.Signals(number).name if number in set(signal.Signals) else str(number)
        raise ModelError(f"llama.cpp crashes on this machine ({name}) with {model.name}.\n{REMEDY}")
    try:
        return Threads.of(json.loads(child.stdout))
    except ValueError:
        return Threads()  # any other failure is an ordinary one, told better by the load that follows


def _key(model: Path) -> str:
    stat = model.stat() if model.is_file() else None
    parts = (
        library_version(), platform.machine(), platform.processor(),
        _cpu(), cores(), has_amx(), model.name, stat.st_size if stat else 0,
    )  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def library_version() -> str:
    """The version of llama-cpp-python, as its package says without being imported; empty where it is not installed."""
    spec = find_spec("llama_cpp")
    if spec is None or not spec.origin:
        return ""
    found = re.search(r'^__version__ = "(.+)"', Path(spec.origin).read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else str(Path(spec.origin).stat().st_mtime_ns)


def _cpu() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as info:
            return next((line.partition(":")[2].strip() for line in info if line.startswith("flags")), "")
    except OSError:
        return ""


def _file() -> Path:
    from tinyagent_cli.settings import Folders

    return Folders.find(os.environ).cache / "native.json"


def _known() -> dict[str, object]:
    try:
        known = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(key: str, found: Threads) -> None:
    file = _file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(_known() | {key: found.data()}), encoding="utf-8")
        part.replace(file)
    except OSError:
        pass  # a cache that cannot be written only costs the probe again
