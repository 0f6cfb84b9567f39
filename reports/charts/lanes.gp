# The findings: a mark on the axis of time for each, and below it a line for
# the gravest, with a bar from the first to the last that was seen.
if (BOTTOM2 > TOP2) {
    unset border
    plot NAME.'.marks' using 1:(0):2 with points pointtype 9 pointsize 0.9 \
        linecolor rgb variable notitle
}
set label 3 TEXT[4] at screen X(24), Y(TOP2 - 16) left noenhanced \
    textcolor rgb FAINT
if (BOTTOM2 > TOP2) {
    set tmargin at screen Y(TOP2)
    set bmargin at screen Y(BOTTOM2)
    set yrange [(BOTTOM2 - TOP2) / 26:0]
    do for [i = 1:marks] {
        set arrow 300 + i from first PLACE[i], graph 0 \
            to first PLACE[i], graph 1 nohead back linecolor rgb LINE
    }
    plot NAME.'.lanes' using (($2 + $3) / 2):($1 + 0.75):2:3:($1 + 0.64): \
            ($1 + 0.86):4 with boxxyerror fillstyle solid noborder \
            linecolor rgb variable notitle, \
        '' using 5:($6 == 0 ? $1 + 0.32 : NaN):7 with labels left \
            noenhanced textcolor rgb INK notitle, \
        '' using 5:($6 == 1 ? $1 + 0.32 : NaN):7 with labels right \
            noenhanced textcolor rgb INK notitle
} else {
    set xrange [0:1]
    set yrange [0:1]
    plot NaN notitle
}
unset multiplot
