/*
 * dump.h - a VMCS on the console, field by field, by name.
 */
#pragma once

#include "02-vmcs/vmcs_values.h"

/*
 * vmcs_dump - print all fields, by type and name; values decoded, zero and
 * absent fields as lists.
 */
void vmcs_dump(const struct vmcs_values *f);

/* vmcs_dump_type - the same for the fields of one type. */
void vmcs_dump_type(const struct vmcs_values *f, enum vmcs_type type);

/*
 * dump_text - print a text that begins at that column, broken at blanks; each
 * further line is indented.  Ends with a newline.
 */
void dump_text(unsigned column, unsigned indent, const char *text);
