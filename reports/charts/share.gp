# The share of what is without right.
plot NAME.'.share' using 1:2 with filledcurves y1=0 \
    fillstyle solid noborder linecolor rgb COLOR[1] notitle
unset multiplot
