"""Every operation, by generic tests that follow the declarations and the OpenAPI document."""
