# Cells of a week: hours from left to right, days from above.
set lmargin at screen X(72)
set rmargin at screen X(936)
set tmargin at screen Y(TOP1)
set bmargin at screen Y(BOTTOM1)
set xrange [0:24]
set yrange [7:0]
unset xtics
unset ytics
unset border
array DAY[7] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
do for [i = 1:7] {
    set label 200 + i DAY[i] at screen X(60), first i - 0.5 right \
        textcolor rgb FAINT
}
do for [i = 0:24:2] {
    set label 300 + i sprintf('%02d', i) at first i, screen Y(BOTTOM1 + 14) \
        center textcolor rgb FAINT
}
set label 400 TEXT[3] at screen X(504), Y(BOTTOM1 + 34) center noenhanced \
    textcolor rgb FAINT
plot NAME.'.data' using ($1 + 0.5):($2 + 0.5):($1 + 0.03):($1 + 0.97): \
        ($2 + 0.04):($2 + 0.96):3 with boxxyerror fillstyle solid noborder \
        linecolor rgb variable notitle, \
    '' using ($1 + 0.5):($2 + 0.5):5:4 with labels center font ',10' \
        noenhanced textcolor rgb variable notitle
unset multiplot
