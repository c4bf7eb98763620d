/*
 * vmcs_fields.h - the VMCS fields by name, out of vmcs_fields.def.
 *
 * One enum per width, so that the compiler refuses (-Wenum-conversion) a
 * 16-bit access to a 64-bit field.  The constants are the encodings that
 * VMREAD and VMWRITE take: GUEST_RIP is 0x681e.
 */
#pragma once

#include "lib/types.h"

#define VMCS_ONLY_16_IN_16(name, encoding) name = encoding,
#define VMCS_ONLY_16_IN_32(name, encoding)
#define VMCS_ONLY_16_IN_64(name, encoding)
#define VMCS_ONLY_16_IN_NAT(name, encoding)
#define VMCS_ONLY_32_IN_16(name, encoding)
#define VMCS_ONLY_32_IN_32(name, encoding) name = encoding,
#define VMCS_ONLY_32_IN_64(name, encoding)
#define VMCS_ONLY_32_IN_NAT(name, encoding)
#define VMCS_ONLY_64_IN_16(name, encoding)
#define VMCS_ONLY_64_IN_32(name, encoding)
#define VMCS_ONLY_64_IN_64(name, encoding) name = encoding,
#define VMCS_ONLY_64_IN_NAT(name, encoding)
#define VMCS_ONLY_NAT_IN_16(name, encoding)
#define VMCS_ONLY_NAT_IN_32(name, encoding)
#define VMCS_ONLY_NAT_IN_64(name, encoding)
#define VMCS_ONLY_NAT_IN_NAT(name, encoding) name = encoding,

enum vmcs_field16 {
#define FIELD(name, encoding, width, ...)                                     \
	VMCS_ONLY_16_IN_##width(name, encoding)
#include "02-vmcs/vmcs_fields.def"
};

enum vmcs_field32 {
#define FIELD(name, encoding, width, ...)                                     \
	VMCS_ONLY_32_IN_##width(name, encoding)
#include "02-vmcs/vmcs_fields.def"
};

enum vmcs_field64 {
#define FIELD(name, encoding, width, ...)                                     \
	VMCS_ONLY_64_IN_##width(name, encoding)
#include "02-vmcs/vmcs_fields.def"
};

/* Natural width: as wide as the CPU's registers. */
enum vmcs_fieldnat {
#define FIELD(name, encoding, width, ...)                                     \
	VMCS_ONLY_NAT_IN_##width(name, encoding)
#include "02-vmcs/vmcs_fields.def"
};

/* 0, 1, 2... in the table's order: the index of a captured set of values. */
enum vmcs_index {
#define FIELD(name, ...) VMCS_IDX_##name,
#include "02-vmcs/vmcs_fields.def"
	VMCS_FIELDS
};

/* The numbers of encoding bits 14:13 and 11:10, SDM table 25-21. */
enum vmcs_width { VMCS_16, VMCS_64, VMCS_32, VMCS_NAT };
enum vmcs_type { VMCS_CONTROL, VMCS_READ_ONLY, VMCS_GUEST, VMCS_HOST };

struct vmcs_field {
	u32 encoding;
	enum vmcs_width width;
	enum vmcs_type type;
	const char *name;    /* "GUEST_RIP" */
	const char *section; /* of the SDM, volume 3 */
	const char *words;   /* for the reader */
};

extern const struct vmcs_field vmcs_fields[VMCS_FIELDS];

/* vmcs_field_find - the row of that encoding, or NULL. */
const struct vmcs_field *vmcs_field_find(u32 encoding);

/* vmcs_field_name - "GUEST_RIP", or "(no such field)". */
const char *vmcs_field_name(u32 encoding);

/* vmcs_width_bits - 16, 32 or 64. */
unsigned vmcs_width_bits(enum vmcs_width width);
