# The upper panel.
TOP = TOP1
BOTTOM = BOTTOM1
END = END1
AXIS = '.y1'
TITLE = TEXT[3]
