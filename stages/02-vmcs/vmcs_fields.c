/*
 * vmcs_fields.c - names and properties of the VMCS fields.
 */
#include "02-vmcs/vmcs_fields.h"

const struct vmcs_field vmcs_fields[VMCS_FIELDS] = {
#define FIELD(name, encoding, width, type, section, words)                    \
	[VMCS_IDX_##name] = { encoding, VMCS_##width, VMCS_##type,            \
		              #name,    section,      words },
#include "02-vmcs/vmcs_fields.def"
};

/* The table is sorted by encoding, so halving finds the row. */
const struct vmcs_field *vmcs_field_find(u32 encoding)
{
	unsigned low = 0, high = VMCS_FIELDS;

	while (low < high) {
		unsigned mid = (low + high) / 2;

		if (vmcs_fields[mid].encoding == encoding)
			return &vmcs_fields[mid];
		if (vmcs_fields[mid].encoding < encoding)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const char *vmcs_field_name(u32 encoding)
{
	const struct vmcs_field *f = vmcs_field_find(encoding);

	return f ? f->name : "(no such field)";
}

unsigned vmcs_width_bits(enum vmcs_width width)
{
	return width == VMCS_16 ? 16 : width == VMCS_32 ? 32 : 64;
}
