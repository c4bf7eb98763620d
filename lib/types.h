/*
 * types.h - fixed-width integers and the few macros everybody needs.
 *
 * Usable from assembly too: only the bit macros are visible there.
 */
#pragma once

#ifdef __ASSEMBLER__
#define BIT(n) (1 << (n))
#else

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

/*
 * Addresses of different spaces are different types, so that a guest address
 * can never be used as a host address by accident.
 */
typedef struct { /* guest physical (Arm: IPA) */
	u64 v;
} gpa_t;

typedef struct { /* host physical */
	u64 v;
} hpa_t;

#define BIT(n) (1ul << (n))
/* Bits hi..lo set, both included: MASK(3, 0) is 0xf. */
#define MASK(hi, lo) ((~0ul >> (63 - (hi))) & (~0ul << (lo)))
/* Bits hi..lo of v, shifted down to bit 0. */
#define BITS(v, hi, lo) (((u64)(v) >> (lo)) & (~0ul >> (63 - ((hi) - (lo)))))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ALIGN_DOWN(v, a) ((v) & ~(((u64)(a)) - 1))
#define ALIGN_UP(v, a) ALIGN_DOWN((v) + ((a)) - 1, a)
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

#define PAGE_SIZE 4096ul
#define KiB 1024ul
#define MiB (1024 * KiB)
#define GiB (1024 * MiB)

#endif /* __ASSEMBLER__ */
