"""Many inference requests at a time: batches of embeddings, and many classifications."""
