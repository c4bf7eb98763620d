/*
 * host.h - an architecture for unit tests of the neutral host.
 */
#pragma once

#include "lib/types.h"

#define FAKE_PAGES 4096ul

/* fake_host_start - memory is there, frames_init has run. */
void fake_host_start(void);
