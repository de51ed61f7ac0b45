"""llama.cpp's C interface, loaded once and silenced.

`import llama_cpp` loads its Python classes too, with pydantic and jinja2 behind them, of which nothing is used here;
the module that holds the C functions is loaded without them.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from tinyagent_cli.errors import ModelError

PACKAGE, MODULE = "llama_cpp", "llama_cpp.llama_cpp"
_log: list[Any] = []


def has_amx() -> bool:
    """True where the CPU reports AMX, on which llama.cpp's repacked kernels can end in SIGSEGV."""
    try:
        return " amx_tile" in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


@lru_cache(maxsize=1)
def library() -> Any:
    """llama.cpp, started. Raises ModelError where it cannot be loaded."""
    # libgomp's threads wait for each other by spinning, by default so long that a plan of half a second took more
    # than a minute while another program kept both cores busy. It reads this when it is loaded.
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
    try:
        lib = _functions()
    except (ImportError, OSError, RuntimeError) as fault:
        raise ModelError(
            f"llama-cpp-python cannot be loaded ({fault}). Reinstall it: "
            "pip install --force-reinstall --no-cache-dir llama-cpp-python"
        ) from fault
    log = lib.llama_log_callback(lambda _level, _text, _data: None)
    lib.llama_log_set(log, ctypes.c_void_p(0))
    _log.append(log)  # the library only points at it
    lib.llama_backend_init()
    return lib


def _functions() -> Any:
    """The module of C functions, without what its package loads beside it."""
    if PACKAGE in sys.modules:
        return importlib.import_module(MODULE)
    spec = find_spec(PACKAGE)
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("it is not installed")
    bare = ModuleType(PACKAGE)
    bare.__path__ = list(spec.submodule_search_locations)
    bare.__spec__ = spec
    sys.modules[PACKAGE] = bare
    try:
        return importlib.import_module(MODULE)
    finally:
        # Whoever wants the whole package later gets it, around these same functions.
        if sys.modules.get(PACKAGE) is bare:
            del sys.modules[PACKAGE]
