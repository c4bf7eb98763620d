/*
 * errno.h - the error numbers that functions return, negated.  As on Linux.
 */
#pragma once

#define ENOENT 2
#define E2BIG 7
#define ENOMEM 12
#define EFAULT 14
#define EINVAL 22
