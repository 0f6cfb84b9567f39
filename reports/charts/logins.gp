# Failed logins; their key is the last.
plot NAME.'.logins' using 1:2 with filledcurves y1=0 \
    fillstyle solid noborder linecolor rgb COLOR[keys] notitle
unset multiplot
