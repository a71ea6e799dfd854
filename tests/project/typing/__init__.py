"""Type checkers, the linter and the formatter accept the repository and the programs of users."""
