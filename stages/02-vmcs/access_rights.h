/*
 * access_rights.h - the access rights of a segment, as the VMCS holds them.
 *
 * They are bits 55:40 of a descriptor (type, S, DPL, P, then AVL, L, D/B, G
 * in bits 15:12) with bit 16 added: the register is unusable, as after
 * loading a null selector.  SDM 25.4.1, table 25-2.
 */
#pragma once

#include "lib/types.h"

#define AR_TYPE(ar) BITS(ar, 3, 0)
#define AR_S BIT(4) /* code or data; 0: system */
#define AR_DPL(ar) BITS(ar, 6, 5)
#define AR_P BIT(7)
#define AR_RESERVED_LOW MASK(11, 8)
#define AR_AVL BIT(12)
#define AR_L BIT(13)
#define AR_DB BIT(14)
#define AR_G BIT(15)
#define AR_UNUSABLE BIT(16)
#define AR_RESERVED (MASK(31, 17) | AR_RESERVED_LOW)

/* Bits of the type of a code or data segment (SDM 3.4.5.1). */
#define AR_ACCESSED BIT(0)
#define AR_WRITABLE BIT(1)    /* data */
#define AR_READABLE BIT(1)    /* code */
#define AR_EXPAND_DOWN BIT(2) /* data */
#define AR_CONFORMING BIT(2)  /* code */
#define AR_CODE BIT(3)

/* Types of system segments (SDM 3.5). */
enum system_type {
	TYPE_LDT = 2,
	TYPE_TSS_16_BUSY = 3,
	TYPE_TSS_BUSY = 11, /* 32 or 64 bits */
};

/* access_rights_of - the access rights out of a descriptor's low 8 bytes. */
u32 access_rights_of(u64 descriptor);

/*
 * access_rights_words - "code, readable, accessed, DPL 0, 64-bit" into buf,
 * cut off at size.
 */
void access_rights_words(u32 ar, char *buf, size_t size);
