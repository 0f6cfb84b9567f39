# The frame of a panel over time: its title, counts on the left, time below.
set lmargin at screen X(LEFT)
set rmargin at screen X(RIGHT)
set tmargin at screen Y(TOP)
set bmargin at screen Y(BOTTOM)
set xrange [0:XEND]
set yrange [0:END]
unset xtics
unset ytics
set border 1 linecolor rgb 0x8c959f
set label 3 TITLE at screen X(24), Y(TOP - 16) left noenhanced \
    textcolor rgb FAINT

array PLACE[40]
array ROW[40]
array MARK[40]
marks = 0
stats NAME.AXIS using (marks = marks + 1, PLACE[marks] = $1, \
    MARK[marks] = strcol(2), 0) nooutput
do for [i = 1:marks] {
    set arrow 200 + i from graph 0, first PLACE[i] to graph 1, first PLACE[i] \
        nohead back linecolor rgb LINE
    set label 200 + i MARK[i] at screen X(LEFT - 8), first PLACE[i] right \
        noenhanced textcolor rgb FAINT
}
marks = 0
stats NAME.'.x' using (marks = marks + 1, PLACE[marks] = $1, ROW[marks] = $2, \
    MARK[marks] = strcol(3), 0) nooutput
do for [i = 1:marks] {
    set arrow 300 + i from first PLACE[i], graph 0 to first PLACE[i], graph 1 \
        nohead back linecolor rgb LINE
    set label 300 + i MARK[i] at first PLACE[i], \
        screen Y(BOTTOM + 14 + 16 * ROW[i]) center \
        noenhanced textcolor rgb FAINT
}
