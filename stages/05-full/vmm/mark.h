/*
 * mark.h - how long until the guest says something (--mark).
 */
#pragma once

#include "lib/types.h"

/* vmm_mark_start - the machine is about to be made; text may be NULL. */
void vmm_mark_start(const char *text);

/* vmm_mark_see - the guest's next character. */
void vmm_mark_see(u8 c);
