"""The pages' programs and commands, run."""
