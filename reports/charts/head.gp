# What all charts begin with.  NAME is set, and ID, which has no hyphens.
#
# Text, whether ours or of the log, comes from files alone, by strcol(), and
# is shown without interpretation (noenhanced; never as a mark of an axis,
# whose % gnuplot would take for a format).  So this script is the same for
# every log.
reset
set encoding utf8
set datafile separator "\t"
set datafile commentschars ''
stats NAME.'.num' using (HEIGHT = $1, XEND = $2, END1 = $3, TOP1 = $4, \
    BOTTOM1 = $5, END2 = $6, TOP2 = $7, BOTTOM2 = $8, ROWS = $9, 0) nooutput

if (PNG) {
    # Two dots a pixel; three quarters of a point are a pixel.
    set terminal pngcairo size 2 * 960, 2 * HEIGHT fontscale 1.5 \
        linewidth 2 pointscale 2.6 background rgb '#ffffff' noenhanced \
        font 'sans-serif,12'
    set output NAME.'.png'
} else {
    set terminal svg name ID size 960, HEIGHT background rgb '#ffffff' noenhanced \
        font 'sans-serif,12'
    set output NAME.'.svg'
}

# Pixels from the left and from the top.
X(x) = x / 960.0
Y(y) = 1 - y / (1.0 * HEIGHT)
INK = 0x1f2328
FAINT = 0x57606a
LINE = 0xd8dee4
LEFT = 72
RIGHT = 916

array TEXT[6]
do for [i = 1:6] { TEXT[i] = '' }
texts = 0
stats NAME.'.text' using (texts = texts + 1, TEXT[texts] = strcol(1), 0) \
    nooutput
set label 1 TEXT[1] at screen X(24), Y(34) left noenhanced \
    font 'sans-serif:Bold,17' textcolor rgb INK
set label 2 TEXT[2] at screen X(24), Y(58) left noenhanced \
    textcolor rgb FAINT

array COLOR[16]
array KEY[16]
array KEYX[16]
array KEYY[16]
keys = 0
stats NAME.'.key' using (keys = keys + 1, COLOR[keys] = $2, \
    KEY[keys] = strcol(1), KEYX[keys] = $3, KEYY[keys] = $4, 0) nooutput
do for [i = 1:keys] {
    set object 100 + i rectangle front \
        from screen X(KEYX[i]), Y(KEYY[i] + 6) \
        to screen X(KEYX[i] + 12), Y(KEYY[i] - 6) \
        fillstyle solid noborder fillcolor rgb COLOR[i]
    set label 100 + i KEY[i] at screen X(KEYX[i] + 18), Y(KEYY[i]) left \
        noenhanced textcolor rgb INK
}
set object 1 rectangle from screen X(0.5), Y(HEIGHT - 0.5) \
    to screen X(959.5), Y(0.5) fillstyle empty border linecolor rgb LINE
set multiplot
