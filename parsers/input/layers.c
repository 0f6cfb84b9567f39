/* What turns stored bytes into log text: an archive's filter, one for logs
 * that are no lines, both or none. */
#include "layers.h"

#include <string.h>

static enum rs_status open_layer(struct rs_layers *layers,
                                 struct rs_layer *layer, struct rs_stage below,
                                 struct rs_error *err)
{
    return layer->filter->open(layer->filter, below, rs_raw_path(layers->raw),
                               &layer->state, err);
}

/* What comes out of the archive, from its first byte on. */
static enum rs_status read_archive(void *state, char *buf, size_t size,
                                   size_t *got, struct rs_error *err)
{
    struct rs_layers *layers = state;
    size_t rest = layers->head_len - layers->head_at;

    *got = rest < size ? rest : size;
    memcpy(buf, layers->head + layers->head_at, *got);
    layers->head_at += *got;
    if (rest > 0)
        return RS_OK;
    if (layers->head_status == RS_OK)
        return layers->archive.filter->read(layers->archive.state, buf, size,
                                            got, err);
    if (layers->head_status == RS_EOF)
        return RS_EOF;
    return rs_fail(err, layers->head_status, rs_raw_path(layers->raw), 0, "%s",
                   layers->head_error.text);
}

/* Damage is told after the lines before it. */
static void read_head(struct rs_layers *layers)
{
    layers->head_at = layers->head_len = 0;
    layers->head_status = RS_OK;
    while (layers->head_status == RS_OK && layers->head_len < RS_FILTER_HEAD) {
        size_t got = 0;

        layers->head_status = layers->archive.filter->read(
            layers->archive.state, layers->head + layers->head_len,
            RS_FILTER_HEAD - layers->head_len, &got, &layers->head_error);
        layers->head_len += got;
    }
}

static enum rs_status open_archive(struct rs_layers *layers,
                                   struct rs_error *err)
{
    struct rs_span head = {layers->head, 0};
    enum rs_status status =
        open_layer(layers, &layers->archive, rs_raw_stage(layers->raw), err);

    if (status != RS_OK)
        return status;
    read_head(layers);
    head.len = layers->head_len;
    layers->form.filter = rs_filter_choose(rs_forms, head);
    if (layers->form.filter == NULL)
        return RS_OK;
    return open_layer(layers, &layers->form,
                      (struct rs_stage){read_archive, layers}, err);
}

enum rs_status rs_layers_open(struct rs_layers *layers, struct rs_raw *raw,
                              struct rs_error *err)
{
    char buf[RS_FILTER_HEAD];
    struct rs_span head = {buf, 0};
    const char *advice;
    enum rs_status status = rs_raw_head(raw, buf, sizeof buf, &head.len, err);

    *layers = (struct rs_layers){.raw = raw};
    if (status != RS_OK)
        return status;
    layers->archive.filter = rs_filter_choose(rs_filters, head);
    if (layers->archive.filter != NULL)
        return open_archive(layers, err);
    layers->form.filter = rs_filter_choose(rs_forms, head);
    if (layers->form.filter != NULL)
        return open_layer(layers, &layers->form, rs_raw_stage(layers->raw),
                          err);
    advice = rs_filter_advice(head);
    if (advice != NULL)
        return rs_fail(err, RS_ERR_UNSUPPORTED, rs_raw_path(layers->raw), 0,
                       "%s", advice);
    return RS_OK;
}

struct rs_stage rs_layers_stage(struct rs_layers *layers)
{
    if (layers->form.filter != NULL)
        return (struct rs_stage){layers->form.filter->read,
                                 layers->form.state};
    if (layers->archive.filter != NULL)
        return (struct rs_stage){read_archive, layers};
    return rs_raw_stage(layers->raw);
}

static void close_layer(struct rs_layer *layer)
{
    if (layer->filter != NULL && layer->state != NULL)
        layer->filter->close(layer->state);
    layer->state = NULL;
}

void rs_layers_close(struct rs_layers *layers)
{
    close_layer(&layers->form);
    close_layer(&layers->archive);
}

rs_time rs_layers_stamp(const struct rs_layers *layers)
{
    const struct rs_layer *archive = &layers->archive;

    if (archive->state == NULL || archive->filter->stamp == NULL)
        return RS_TIME_NONE;
    return archive->filter->stamp(archive->state);
}

bool rs_layers_change(const struct rs_layers *layers)
{
    return layers->archive.filter != NULL || layers->form.filter != NULL;
}
