"""The entry point of `gijiyoshi`: checks Python first, so that an old one gets a sentence and not a traceback."""

import sys


def run() -> None:
    """Exit status: 0 done, 1 a check answered no, 2 what was given cannot be used."""
    if sys.version_info < (3, 11):  # noqa: UP036  a source checkout can be started with any Python
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Python 3.11 以上が必要です（使われたもの: {found}）。3.11 以上で仮想環境を作り直してください。")
    from minutes.errors import GijiyoshiError

    try:
        from cli.commands import app

        app()
    except GijiyoshiError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    run()
