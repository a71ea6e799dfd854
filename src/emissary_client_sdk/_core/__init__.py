"""One call, written once for synchronous and asynchronous use. Only ``drive`` sleeps or sends."""
