/*
 * here.h - this CPU, as the entry checker wants to know it.
 */
#pragma once

#include "02-vmcs/entry_checks/entry_checks.h"

/*
 * check_env_here - what the rules depend on, asked of this CPU (in VMX
 * operation) and its current VMCS.
 */
struct check_env check_env_here(const struct vmx_caps *caps);
