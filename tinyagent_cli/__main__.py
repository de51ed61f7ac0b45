"""`python -m tinyagent_cli`."""

from tinyagent_cli.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
