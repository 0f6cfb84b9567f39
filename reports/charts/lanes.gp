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
    array SIDE[40]
    do for [i = 1:marks] {
        set arrow 300 + i from first PLACE[i], graph 0 \
            to first PLACE[i], graph 1 nohead back linecolor rgb LINE
    }
    # Not "with labels": gnuplot 5.4 crashes where it draws none of one row.
    marks = 0
    stats NAME.'.lanes' using (marks = marks + 1, ROW[marks] = $1, \
        PLACE[marks] = $5, SIDE[marks] = $6, MARK[marks] = strcol(7), 0) nooutput
    do for [i = 1:marks] {
        if (SIDE[i] == 0) {
            set label 400 + i MARK[i] at first PLACE[i], first ROW[i] + 0.32 \
                left front noenhanced textcolor rgb INK
        } else {
            set label 400 + i MARK[i] at first PLACE[i], first ROW[i] + 0.32 \
                right front noenhanced textcolor rgb INK
        }
    }
    set yrange [(BOTTOM2 - TOP2) / 26:0]
    plot NAME.'.lanes' using (($2 + $3) / 2):($1 + 0.75):2:3:($1 + 0.64): \
            ($1 + 0.86):4 with boxxyerror fillstyle solid noborder \
            linecolor rgb variable notitle
} else {
    set xrange [0:1]
    set yrange [0:1]
    plot NaN notitle
}
unset multiplot
