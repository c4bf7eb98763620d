/*
 * arm64_cpu.h - what the fake Arm CPU counts; its registers are fake_NAME.
 */
#pragma once

#include "lib/types.h"

extern long fake_pages;      /* in use now */
extern long fake_page_limit; /* page_alloc fails beyond */
extern unsigned fake_flushes_all, fake_flushes_ipa, fake_vmid_flushes;
extern u64 fake_flushed_ipa;
