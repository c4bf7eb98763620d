/*
 * tlb.c - forgetting a guest's translations, on all CPUs.
 *
 * The instructions work on "the current VMID" of "the EL1&0 regime" (D5.10.2).
 * A VHE host with TGE=1 has no such regime: EL0 is its own, and TLBI VMALLE1
 * would mean the host's EL2&0.  So the guest's context is put on for the
 * moment, with TGE clear, interrupts masked, as in the world switch.
 */
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/stage2.h"
#include "04-arm64-el2/sysreg_insn.h"
#include "04-arm64-el2/vmid.h"

static u64 put_guest_on(const struct stage2 *s)
{
	u64 daif = mask_all();

	/* Stage 2 before TGE, as in C4: erratum 1165522. */
	write_sysreg(VTTBR_EL2, stage2_vttbr(s, *s->vmid));
	isb();
	write_sysreg(HCR_EL2, HCR_HOST & ~HCR_EL2_TGE);
	isb();
	return daif;
}

static void put_host_on(u64 daif)
{
	write_sysreg(HCR_EL2, HCR_HOST);
	isb();
	write_daif(daif);
}

void stage2_flush_ipa(const struct stage2 *s, u64 ipa)
{
	u64 daif;

	dsb_ishst(); /* the tables' new contents first */
	daif = put_guest_on(s);
	tlbi_ipas2e1is(ipa);
	/*
	 * The TLB may hold stage 1 and 2 combined, which IPAS2 need not find:
	 * all stage 1 entries of this VMID go too, after stage 2's are gone.
	 */
	dsb_ish();
	tlbi_vmalle1is();
	dsb_ish();
	isb();
	put_host_on(daif);
}

void stage2_flush_all(const struct stage2 *s)
{
	u64 daif;

	dsb_ishst();
	daif = put_guest_on(s);
	tlbi_vmalls12e1is();
	dsb_ish();
	isb();
	put_host_on(daif);
}

/* All guests, all VMIDs: the VMID allocator starts a new generation. */
void vmid_flush_all(void)
{
	dsb_ishst();
	tlbi_alle1is();
	ic_ialluis(); /* a VMID-tagged instruction cache knows them too */
	dsb_ish();
	isb();
}
