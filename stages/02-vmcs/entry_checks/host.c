/*
 * host.c - the rules of host.def, SDM 27.2.2 to 27.2.4.
 */
#include "02-vmcs/entry_checks/check.h"

#include "02-vmcs/entry_checks/define_rules.h"
#include "02-vmcs/entry_checks/host.def"
