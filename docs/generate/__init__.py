"""Generator of the reference pages. Run ``python -m docs.generate`` in the root of the repository."""
