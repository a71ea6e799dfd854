"""The run: from a data file to a model that answers, in steps that an interruption does not repeat."""
