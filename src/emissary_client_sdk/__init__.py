"""Python client of Emissary, a platform on which people fine-tune language models."""
