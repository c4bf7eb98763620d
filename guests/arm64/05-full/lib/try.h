/*
 * try.h - arm64: the guest's exceptions, caught.
 */
#pragma once

#include "lib/types.h"

/* guest_catch_exceptions - vectors of our own. */
void guest_catch_exceptions(void);

/*
 * guest_try - call fn.  The class (ESR_EL1.EC) of the exception that ended it,
 * or -1.
 */
int guest_try(void (*fn)(void));

/* guest_try_user - the same at EL0, MMU off. */
int guest_try_user(void (*fn)(void));

extern u64 guest_esr, guest_far, guest_elr;
