"""Methods that make more than one call: polling, batches, streams and uploads."""
