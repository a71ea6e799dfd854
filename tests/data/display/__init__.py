"""How models show themselves."""
