/* The rules, one family a file. */
#include "detect.h"

const struct rs_detector *const rs_detectors[] = {
    &rs_detector_relay,
    &rs_detector_account,
    &rs_detector_phishing,
    &rs_detector_pool,
    &rs_detector_auth,
    &rs_detector_bulk,
    &rs_detector_bounce,
    &rs_detector_forged,
    &rs_detector_harvest,
    &rs_detector_reputation,
    &rs_detector_loop,
    &rs_detector_queue,
    &rs_detector_volume,
    NULL,
};
