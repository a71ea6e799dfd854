"""One call, written once for synchronous and asynchronous use. Only ``drivers`` sends, sleeps or awaits."""
