/*
 * libfdt_env.h - what libfdt's headers ask of their surroundings; the one that
 * comes with the library wants a hosted C library, which a kernel has not.
 * The device tree is big endian (Devicetree Specification 5.2).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/string.h"

#define INT_MAX __INT_MAX__

typedef uint16_t fdt16_t;
typedef uint32_t fdt32_t;
typedef uint64_t fdt64_t;

#define fdt16_to_cpu(v) __builtin_bswap16(v)
#define cpu_to_fdt16(v) __builtin_bswap16(v)
#define fdt32_to_cpu(v) __builtin_bswap32(v)
#define cpu_to_fdt32(v) __builtin_bswap32(v)
#define fdt64_to_cpu(v) __builtin_bswap64(v)
#define cpu_to_fdt64(v) __builtin_bswap64(v)
