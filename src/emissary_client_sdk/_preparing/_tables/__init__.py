"""The work on tables, which needs the extra ``data``."""
