"""The API description against what is built on it: models, methods, documentation and emulator."""
