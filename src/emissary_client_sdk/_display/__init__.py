"""How models show themselves: as HTML in a notebook, as text on a terminal, as a curve with matplotlib.

The models' methods import these modules when they are called, so nothing here costs a program that draws nothing.
What the models hold came from a server: whatever goes into a picture goes through ``text`` first.
"""
