"""The core without sockets and clocks: one call, its configuration, hooks, retries, errors and polling."""
