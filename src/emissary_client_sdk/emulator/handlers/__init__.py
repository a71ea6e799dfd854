"""The handlers of the operations, one module for each resource.

A handler is a function of a ``Call``. It returns the JSON of the response, None for a response without a body, an
iterator of the events of a stream, or a ``Download``, and raises ``Problem``. It awaits nothing: each request is one
step of the event loop and one transaction.
"""
