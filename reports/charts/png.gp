# The first part of a script that draws PNG, at two points a pixel.
PNG = 1
if (strstrt(GPVAL_TERMINALS, ' pngcairo ') == 0) {
    print 'this gnuplot cannot draw PNG: it has no pngcairo terminal'
    exit status 1
}
