"""The message of an ImportError for an optional dependency that is not installed."""


def missing_extra(what: str, module: str, extra: str) -> str:
    """Return a message that names the missing module and shows how to install its extra."""
    return f'{what} needs {module}; install the extra "{extra}": pip install ".[{extra}]" in a copy of the repository'
