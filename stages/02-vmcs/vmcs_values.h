/*
 * vmcs_values.h - all fields of a VMCS as plain numbers.
 *
 * What the dump prints and the entry checker judges.  Captured from the
 * current VMCS (capture.c) or made up by a test: no CPU is needed to read it.
 */
#pragma once

#include "02-vmcs/vmcs_fields.h"

struct vmcs_values {
	u64 v[VMCS_FIELDS];                  /* by enum vmcs_index */
	u64 absent[(VMCS_FIELDS + 63) / 64]; /* bit i: no such field here */
};

static inline bool vmcs_is_absent(const struct vmcs_values *f,
                                  enum vmcs_index i)
{
	return f->absent[i / 64] & BIT(i % 64);
}

/*
 * vmcs_capture - read every field of the current VMCS.  A field that this
 * CPU does not have is marked absent and reads 0.
 */
void vmcs_capture(struct vmcs_values *f);

/* vmcs_put, vmcs_get - one field of the current VMCS by its index. */
void vmcs_put(enum vmcs_index i, u64 value);
u64 vmcs_get(enum vmcs_index i);
