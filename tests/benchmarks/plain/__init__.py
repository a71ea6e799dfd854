"""Models as a person writes them for a script: the platform's fields, plain types and nothing more."""
