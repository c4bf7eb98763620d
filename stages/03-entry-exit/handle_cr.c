/*
 * handle_cr.c - MOV to and from control registers, CLTS, LMSW
 * (SDM table 28-3).
 */
#include "01-vmxon/cpu.h"
#include "01-vmxon/regs.h"
#include "01-vmxon/vmx_caps.h"
#include "02-vmcs/access_rights.h"
#include "03-entry-exit/guest_mem.h"
#include "03-entry-exit/guest_state.h"
#include "03-entry-exit/vcpu.h"

/* EXIT_QUALIFICATION for control-register accesses. */
#define CR_NUMBER(q) BITS(q, 3, 0)
#define CR_ACCESS(q) BITS(q, 5, 4)
#define CR_REGISTER(q) BITS(q, 11, 8)
#define CR_LMSW_SOURCE(q) BITS(q, 31, 16)
enum { CR_MOV_TO, CR_MOV_FROM, CR_CLTS, CR_LMSW };

/* CR0 bits that exist; the rest of the low half is ignored (SDM 2.5). */
#define CR0_KNOWN                                                             \
	(CR0_PE | CR0_MP | CR0_EM | CR0_TS | CR0_ET | CR0_NE | CR0_WP |       \
	 CR0_AM | CR0_NW | CR0_CD | CR0_PG)

/* Checked when loaded (SDM 4.4.1), and again by VM entry (27.3.1.6). */
static bool pdpte_valid(u64 pdpte)
{
	u64 reserved = MASK(2, 1) | MASK(8, 5) | MASK(63, cpu_physical_bits());

	return !(pdpte & BIT(0)) || !(pdpte & reserved);
}

bool guest_load_pdptes(struct vcpu *v)
{
	gpa_t gpa = { vmcs_readnat(GUEST_CR3) & MASK(31, 5) };
	u64 p[4];

	if (!guest_read_gpa(v->vm, gpa, p, sizeof(p)))
		return false;
	for (unsigned i = 0; i < 4; i++)
		if (!pdpte_valid(p[i]))
			return false;
	vmcs_write64(GUEST_PDPTE0, p[0]);
	vmcs_write64(GUEST_PDPTE1, p[1]);
	vmcs_write64(GUEST_PDPTE2, p[2]);
	vmcs_write64(GUEST_PDPTE3, p[3]);
	return true;
}

/* Paging goes on or off: with EFER.LME that is long mode (SDM 10.8.5). */
static bool switch_paging(struct vcpu *v, bool on)
{
	u64 efer = vmcs_read64(GUEST_IA32_EFER);
	u64 cr4 = vmcs_readnat(GUEST_CR4);
	u32 entry = vmcs_read32(VM_ENTRY_CONTROLS);

	if (on && !(efer & EFER_LME))
		return !(cr4 & CR4_PAE) || guest_load_pdptes(v);
	if (on && !(cr4 & CR4_PAE))
		return false;
	if (!(efer & EFER_LME))
		return true;
	/* Neither way while CS is a 64-bit segment. */
	if (vmcs_read32(GUEST_CS_ACCESS_RIGHTS) & AR_L)
		return false;
	efer = on ? efer | EFER_LMA : efer & ~EFER_LMA;
	entry = on ? entry | ENTRY_IA32E_MODE_GUEST :
	             entry & ~ENTRY_IA32E_MODE_GUEST;
	vmcs_write64(GUEST_IA32_EFER, efer);
	vmcs_write32(VM_ENTRY_CONTROLS, entry);
	return true;
}

static enum exit_action set_cr0(struct vcpu *v, u64 value)
{
	u64 old = vmcs_readnat(GUEST_CR0);
	struct vmx_allowed fixed = vmx_allowed_cr0(v->caps);

	if (value >> 32 || (value & CR0_PG && !(value & CR0_PE)) ||
	    (value & CR0_NW && !(value & CR0_CD)))
		return handle_protection(v);
	value = (value & CR0_KNOWN) | CR0_ET;
	if ((value ^ old) & CR0_PG && !switch_paging(v, value & CR0_PG))
		return handle_protection(v);

	fixed.must_be_1 &= ~(CR0_PE | CR0_PG);
	vmcs_writenat(CR0_READ_SHADOW, value);
	/* Caching is the host's business: the guest's CD and NW stay shadow. */
	vmcs_writenat(GUEST_CR0,
	              vmx_adjust(fixed, value & ~(CR0_CD | CR0_NW)));
	vcpu_skip(v);
	return EXIT_RESUME;
}

static enum exit_action set_cr4(struct vcpu *v, u64 value)
{
	struct vmx_allowed fixed = vmx_allowed_cr4(v->caps);

	/* All that is not the guest's stands for a feature that CPUID hides. */
	if (value & ~(GUEST_OWNED_CR4 & fixed.may_be_1))
		return handle_protection(v);
	vmcs_writenat(CR4_READ_SHADOW, value);
	vmcs_writenat(GUEST_CR4, vmx_adjust(fixed, value));
	vcpu_skip(v);
	return EXIT_RESUME;
}

static enum exit_action set_cr8(struct vcpu *v, u64 value)
{
	if (value > 15)
		return handle_protection(v);
	v->cr8 = value;
	vcpu_skip(v);
	return EXIT_RESUME;
}

static enum exit_action mov_to_cr(struct vcpu *v, unsigned cr, u64 value)
{
	switch (cr) {
	case 0:
		return set_cr0(v, value);
	case 4:
		return set_cr4(v, value);
	case 8:
		return set_cr8(v, value);
	default:
		return EXIT_UNHANDLED; /* CR3 does not exit: EPT is on */
	}
}

/* CR0 as the guest sees it: its own bits, the shadow for ours. */
static u64 visible_cr0(void)
{
	u64 ours = vmcs_readnat(CR0_GUEST_HOST_MASK);

	return (vmcs_readnat(GUEST_CR0) & ~ours) |
	       (vmcs_readnat(CR0_READ_SHADOW) & ours);
}

/* LMSW writes the low four bits of CR0, and cannot clear PE. */
static enum exit_action lmsw(struct vcpu *v, u64 source)
{
	u64 cr0 = visible_cr0();

	return set_cr0(v, (cr0 & ~MASK(3, 1)) | (source & MASK(3, 0)));
}

enum exit_action handle_cr(struct vcpu *v)
{
	u64 q = vmcs_readnat(EXIT_QUALIFICATION), value;

	switch (CR_ACCESS(q)) {
	case CR_MOV_TO:
		value = vcpu_reg(v, CR_REGISTER(q));
		if (!guest_in_64bit_mode())
			value = (u32)value;
		return mov_to_cr(v, CR_NUMBER(q), value);
	case CR_MOV_FROM:
		if (CR_NUMBER(q) != 8)
			return EXIT_UNHANDLED;
		vcpu_set_reg(v, CR_REGISTER(q), v->cr8);
		vcpu_skip(v);
		return EXIT_RESUME;
	case CR_CLTS:
		return set_cr0(v, visible_cr0() & ~CR0_TS);
	default:
		return lmsw(v, CR_LMSW_SOURCE(q));
	}
}
