"""The emulator: its operations, its server, and its agreement with the API description."""
