"""``process_file`` and the adaptive limit of requests."""
