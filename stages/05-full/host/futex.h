/*
 * futex.h - sleeping on a word of user memory.
 */
#pragma once

#include "lib/types.h"

/* futex_wait - while the word has this value; deadline in clock_ns, ~0: none.
 * 0, -EAGAIN (other value), -EINTR, -ETIMEDOUT, -EFAULT. */
s64 futex_wait(u64 addr, u32 value, u64 deadline);
/* futex_wake - at most so many; how many there were. */
s64 futex_wake(u64 addr, u32 count);
