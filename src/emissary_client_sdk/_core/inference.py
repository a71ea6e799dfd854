"""What the inference operations have in common."""

INFERENCE_HINTS = {
    404: "Check that model is the name of a deployed deployment or of a serverless base model",
    **dict.fromkeys(
        (408, 409, 425, 502, 503, 504),
        "A deactivated deployment takes 8 to 20 minutes to wake up; pass wake_timeout_ms to wait for it",
    ),
}
"""What to check after an unsuccessful response, by status."""
