"""The package compared with ``.speakeasy/openapi.yaml``."""
