/*
 * vmx_errors.h - VM-instruction error numbers by name (vmx_errors.def).
 */
#pragma once

enum vmx_error {
#define ERROR(number, name, words) VMX_ERROR_##name = number,
#include "02-vmcs/vmx_errors.def"
};

/* vmx_error_words - what a value of VM_INSTRUCTION_ERROR means. */
const char *vmx_error_words(unsigned number);
