# The lower panel.
TOP = TOP2
BOTTOM = BOTTOM2
END = END2
AXIS = '.y2'
TITLE = TEXT[4]
