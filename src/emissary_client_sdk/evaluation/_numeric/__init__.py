"""Everything that computes with numpy, scikit-learn and scipy (extra ``evaluation``).

The other modules of the package import these modules inside functions, so that reading and deciding need no extra.
"""
