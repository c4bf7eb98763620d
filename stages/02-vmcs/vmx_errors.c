/*
 * vmx_errors.c - VM-instruction error numbers in words.  Pure.
 */
#include "02-vmcs/vmx_errors.h"

const char *vmx_error_words(unsigned number)
{
	switch (number) {
#define ERROR(value, name, words)                                             \
	case value:                                                           \
		return words;
#include "02-vmcs/vmx_errors.def"
	default:
		return "(no such error number)";
	}
}
