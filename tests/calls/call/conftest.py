"""Settings that the tests of the core share."""

import hypothesis

# The same examples each time, however slow the machine is, and no folder that remembers them.
hypothesis.settings.register_profile("core", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("core")
