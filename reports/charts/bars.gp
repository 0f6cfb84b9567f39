# Bars, a row each, with a name before them and a text behind.  A second group
# has its title in the row before.
if (TOP2 > 0) {
    set label 3 TEXT[3] at screen X(280), Y(TOP2 + 3) left noenhanced \
        textcolor rgb FAINT
}
set lmargin at screen X(280)
set rmargin at screen X(936)
set tmargin at screen Y(TOP1)
set bmargin at screen Y(BOTTOM1)
set xrange [0:END1]
set yrange [ROWS:0]
unset xtics
unset ytics
unset border
plot NAME.'.data' using (($2 + $3) / 2):($1 + 0.5):2:3:($1 + 0.18): \
        ($1 + 0.82):4 with boxxyerror fillstyle solid noborder \
        linecolor rgb variable notitle, \
    NAME.'.names' using (0):($1 + 0.5):3 with labels right \
        offset character -1, 0 noenhanced textcolor rgb INK notitle, \
    '' using 2:($1 + 0.5):4 with labels left \
        offset character 1, 0 noenhanced textcolor rgb FAINT notitle
unset multiplot
