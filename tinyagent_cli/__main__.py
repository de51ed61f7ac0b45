"""`python -m tinyagent_cli`."""

from tinyagent_cli.cli import start

if __name__ == "__main__":
    start()
