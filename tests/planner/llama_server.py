"""Runs llama-cpp-python's server without the buffer types that crash on some CPUs: `python llama_server.py FILE PORT`."""

import sys

import llama_cpp

given = llama_cpp.llama_model_default_params


def safe():
    params = given()
    params.use_extra_bufts = False
    return params


llama_cpp.llama_model_default_params = llama_cpp.llama_cpp.llama_model_default_params = safe
sys.argv = ["server", "--model", sys.argv[1], "--port", sys.argv[2], "--n_ctx", "4096", "--host", "127.0.0.1"]

from llama_cpp.server.__main__ import main  # noqa: E402

main()
