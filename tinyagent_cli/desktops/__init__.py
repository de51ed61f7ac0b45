"""Desktops: who carries the calls out. `open` writes files in open formats, `macos` asks the system's apps."""
