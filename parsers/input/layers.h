/* The filters between the stored bytes of a source and its lines. */
#ifndef RELAYSLEUTH_INPUT_LAYERS_H
#define RELAYSLEUTH_INPUT_LAYERS_H

#include "raw.h"

/* A filter at work. */
struct rs_layer {
    const struct rs_filter *filter; /* NULL: bytes pass as they are */
    void *state;                    /* NULL: closed */
};

struct rs_layers {
    struct rs_raw *raw;
    struct rs_layer archive;   /* on the stored bytes */
    struct rs_layer form;      /* on what comes out of the archive */
    char head[RS_FILTER_HEAD]; /* of that: read to choose the form */
    size_t head_at, head_len;
    enum rs_status head_status; /* of its end */
    struct rs_error head_error;
};

/* Choose the filters by the first bytes of RAW, which stands there and
 * outlives LAYERS.  LAYERS must not move until they are closed.
 * RS_ERR_UNSUPPORTED for formats that nothing here reads. */
enum rs_status rs_layers_open(struct rs_layers *layers, struct rs_raw *raw,
                              struct rs_error *err);
void rs_layers_close(struct rs_layers *layers); /* twice is once */
/* The log text. */
struct rs_stage rs_layers_stage(struct rs_layers *layers);
/* Time written into the archive, or RS_TIME_NONE; also when closed. */
rs_time rs_layers_stamp(const struct rs_layers *layers);
/* Is the text anything but the stored bytes? */
bool rs_layers_change(const struct rs_layers *layers);

#endif
