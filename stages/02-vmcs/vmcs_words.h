/*
 * vmcs_words.h - what a field's value means, in words.  Pure.
 */
#pragma once

#include "02-vmcs/vmcs_fields.h"

/*
 * vmcs_value_words - describe the value of a field: control bits by name,
 * access rights, events, states.  Empty where the number says it all.
 */
void vmcs_value_words(enum vmcs_index i, u64 value, char *buf, size_t size);
