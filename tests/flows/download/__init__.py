"""Downloads of checkpoints, over real connections and stepped by hand."""
