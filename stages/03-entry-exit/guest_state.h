/*
 * guest_state.h - how a guest starts (SDM 25.4).
 */
#pragma once

#include "lib/types.h"

#include "01-vmxon/regs.h"

struct vcpu;

/*
 * Bits that the guest may change without an exit.  All others are the
 * host's: MOV to CR0 or CR4 exits when it would change one of them
 * (SDM 25.6.6).
 */
#define GUEST_OWNED_CR0                                                       \
	(CR0_PE | CR0_MP | CR0_EM | CR0_TS | CR0_ET | CR0_WP | CR0_AM | CR0_PG)
#define GUEST_OWNED_CR4                                                       \
	(CR4_VME | CR4_PVI | CR4_TSD | CR4_DE | CR4_PSE | CR4_PAE | CR4_MCE | \
	 CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT | CR4_UMIP | CR4_FSGSBASE |    \
	 CR4_SMEP | CR4_SMAP)

/*
 * guest_state_64 - 64-bit mode, paging on, ring 0, flat segments.  rip and
 * rsp: guest-virtual; cr3: guest-physical address of its PML4 table.
 */
void guest_state_64(struct vcpu *v, u64 rip, u64 rsp, gpa_t cr3);

/*
 * guest_state_real - real mode at cs:ip, all other segments 0, as after the
 * boot of a PC.  cs: the segment (its base is 16 * cs).
 */
void guest_state_real(struct vcpu *v, u16 cs, u16 ip);

/*
 * guest_state_control_registers - CR0 and CR4 as the guest is to see them.
 * Bits that VMX fixes are on in the real register and the host's: the guest
 * sees and sets its own idea of them in the shadow.
 */
void guest_state_control_registers(struct vcpu *v, u64 cr0, u64 cr4);

/* Guest-virtual addresses of our 64-bit guests begin here (1 GiB). */
#define GUEST_VA_BASE 0x40000000ul

/*
 * guest_map_64 - page tables for a 64-bit guest, in its own memory at gpa
 * `tables` (12 KiB, aligned): GUEST_VA_BASE + x is guest-physical x, for 1 GiB.
 * Returns the value for CR3.
 */
gpa_t guest_map_64(struct vcpu *v, gpa_t tables);
