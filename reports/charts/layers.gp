# Layers on top of each other, each with the color of its key.
plot for [i = (ROWS > 0 ? ROWS : 1):1:-1] NAME.'.data' \
    using 1:(column(i + 1)) with filledcurves y1=0 \
    fillstyle solid noborder linecolor rgb COLOR[i] notitle
unset label
unset arrow
unset object
