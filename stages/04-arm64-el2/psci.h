/*
 * psci.h - calls to the firmware: power (Arm DEN0022, PSCI).
 */
#pragma once

#include "lib/types.h"

enum psci_conduit { PSCI_SMC, PSCI_HVC };

#define PSCI_VERSION 0x84000000
#define PSCI_CPU_ON 0xc4000003
#define PSCI_SYSTEM_OFF 0x84000008

/* psci_call_by - call function fn with up to three arguments; its answer. */
s64 psci_call_by(enum psci_conduit by, u64 fn, u64 a1, u64 a2, u64 a3);

/* psci_call - the same, by the conduit that the device tree names. */
s64 psci_call(u64 fn, u64 a1, u64 a2, u64 a3);

/* What the device tree said; PSCI_SMC until then. */
extern enum psci_conduit psci_conduit;
