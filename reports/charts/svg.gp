# The first part of a script that draws SVG.
PNG = 0
