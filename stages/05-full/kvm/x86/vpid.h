/*
 * vpid.h - VPIDs: the tags by which a TLB tells vCPUs apart (SDM 29.1).
 *
 * A TLB belongs to one CPU, and so do the tags here: each CPU lends 1, 2, 3
 * and so on to the vCPUs that come to it.  When none is left it forgets all
 * guests' translations, and a new generation begins.  A vCPU that has been
 * elsewhere gets a new tag, as what it left under the old one may be out of
 * date.  No lock, and no CPU knows another's: compare VMIDs, which must be the
 * same on all CPUs (04-arm64-el2/vmid.h).
 */
#pragma once

#include "lib/types.h"

#define VPIDS 65535 /* 1 to 65535; 0 is the host's */

/* Of one CPU. */
struct vpid_pool {
	u64 generation; /* 1 and up; no two CPUs have the same */
	u32 last;       /* lent in this generation */
	u64 rollovers;
};

/* In a vCPU. */
struct vpid {
	u64 generation; /* of the loan, and so also: which CPU's; 0: none */
	u16 id;
};

/* vpid_begin - a new generation: all loans are over. */
void vpid_begin(struct vpid_pool *p);

/*
 * vpid_lend - gives v a tag of the pool, of which there are `limit`.  True: a
 * generation has begun with it, and this CPU must forget all of them first.
 */
bool vpid_lend(struct vpid_pool *p, struct vpid *v, u32 limit);

/* --- this machine's (vpid_cpu.c) ---------------------------------------------- */

extern struct vpid_pool vpid_pools[];

/* kvm_vpid_cpu_init - on each CPU; its capabilities are known. */
void kvm_vpid_cpu_init(void);
/* kvm_vpid_setup - a new vCPU's controls; its VMCS is current. */
void kvm_vpid_setup(void);
/* kvm_vpid_get - the long way of kvm_vpid_update. */
void kvm_vpid_get(struct vpid *v, unsigned cpu);

/*
 * kvm_vpid_renew - the loaded vCPU's paging was changed from outside the guest,
 * so nothing was invalidated as by the guest's own MOV (SDM 29.4.3.1): under
 * another VPID nothing old is found.
 */
void kvm_vpid_renew(struct vpid *v);

/* kvm_vpid_update - the current VMCS has come to this CPU; interrupts off. */
static inline void kvm_vpid_update(struct vpid *v, unsigned cpu)
{
	if (v->generation != vpid_pools[cpu].generation)
		kvm_vpid_get(v, cpu);
}
