/*
 * msr.c - the MSRs of a guest, for itself and for the VMM.
 *
 * Five kinds: those in the VMCS (no exit for the guest); those that lazy.c
 * brings into the CPU when they matter; EFER, TSC and what belongs to the
 * LAPIC, emulated; a table of MSRs that only have to keep a value; all others
 * do not exist: #GP.
 */
#include "01-vmxon/insn.h"
#include "03-entry-exit/msr_policy.h"
#include "05-full/host/memory.h"
#include "05-full/kvm/x86/irqchip.h"
#include "05-full/kvm/x86/lapic.h"
#include "05-full/kvm/x86/lazy.h"
#include "05-full/kvm/x86/x86.h"
#include "lib/string.h"

#define IA32_TSC_DEADLINE 0x6e0
#define X2APIC_FIRST 0x800
#define X2APIC_LAST 0x8ff
#define NS_PER_S 1000000000ul
#define MSRS_MAX 256 /* entries of KVM_GET_MSRS, Linux's MAX_IO_MSRS */

/* --- MSRs that only keep a value ------------------------------------------- */

struct stored {
	u32 msr;
	u64 reset;
	u64 writable; /* bits; a write that changes others is #GP */
};

#define MTRR_BASE MASK(51, 0)
static const struct stored stored[] = {
	{ 0x8b, 0x100000000, ~0ul }, /* IA32_BIOS_SIGN_ID */
	{ 0xfe, 0x508, 0 },          /* IA32_MTRRCAP: 8 ranges, fixed, WC */
	{ 0x179, 0, 0 },             /* IA32_MCG_CAP: no banks */
	{ 0x17a, 0, 7 },             /* IA32_MCG_STATUS */
	{ 0x17, 0, 0 },              /* IA32_PLATFORM_ID */
	{ 0x2a, 0, 0 },              /* MSR_EBL_CR_POWERON */
	{ 0x1a0, 0x1801, ~0ul },     /* IA32_MISC_ENABLE */
	{ IA32_DEBUGCTL, 0, 0 },     /* its debugging features are hidden */
	{ 0x200, 0, MTRR_BASE },     /* IA32_MTRR_PHYSBASE0, PHYSMASK0 ... */
	{ 0x201, 0, MTRR_BASE },
	{ 0x202, 0, MTRR_BASE },
	{ 0x203, 0, MTRR_BASE },
	{ 0x204, 0, MTRR_BASE },
	{ 0x205, 0, MTRR_BASE },
	{ 0x206, 0, MTRR_BASE },
	{ 0x207, 0, MTRR_BASE },
	{ 0x208, 0, MTRR_BASE },
	{ 0x209, 0, MTRR_BASE },
	{ 0x20a, 0, MTRR_BASE },
	{ 0x20b, 0, MTRR_BASE },
	{ 0x20c, 0, MTRR_BASE },
	{ 0x20d, 0, MTRR_BASE },
	{ 0x20e, 0, MTRR_BASE },
	{ 0x20f, 0, MTRR_BASE },
	{ 0x250, 0, ~0ul },
	{ 0x258, 0, ~0ul },
	{ 0x259, 0, ~0ul },
	{ 0x268, 0, ~0ul },
	{ 0x269, 0, ~0ul },
	{ 0x26a, 0, ~0ul },
	{ 0x26b, 0, ~0ul },
	{ 0x26c, 0, ~0ul },
	{ 0x26d, 0, ~0ul },
	{ 0x26e, 0, ~0ul },
	{ 0x26f, 0, ~0ul },
	{ 0x2ff, 0, 0xcff }, /* IA32_MTRR_DEF_TYPE */
};
_Static_assert(ARRAY_SIZE(stored) <= STORED_MSRS, "kvm_arch.h");

static int stored_index(u32 msr)
{
	for (unsigned i = 0; i < ARRAY_SIZE(stored); i++)
		if (stored[i].msr == msr)
			return (int)i;
	return -1;
}

void kvm_msr_reset(struct kvm_vcpu *v)
{
	for (unsigned i = 0; i < ARRAY_SIZE(stored); i++)
		v->arch.stored_msr[i] = stored[i].reset;
}

static bool get_stored(struct kvm_vcpu *v, u32 msr, u64 *value)
{
	int i = stored_index(msr);

	if (i >= 0)
		*value = v->arch.stored_msr[i];
	return i >= 0;
}

static bool set_stored(struct kvm_vcpu *v, u32 msr, u64 value, bool by_vmm)
{
	int i = stored_index(msr);

	if (i < 0)
		return false;
	if ((value ^ v->arch.stored_msr[i]) & ~stored[i].writable && !by_vmm)
		return false;
	v->arch.stored_msr[i] = value;
	return true;
}

/* --- MSRs in the VMCS --------------------------------------------------------- */

static bool is_canonical(u64 address)
{
	return (s64)(address << 16) >> 16 == (s64)address;
}

/* Each byte a memory type that exists (SDM 12.12.2). */
static bool pat_valid(u64 pat)
{
	for (int i = 0; i < 8; i++) {
		u64 type = pat >> 8 * i & 0xff;

		if (type > 7 || type == 2 || type == 3)
			return false;
	}
	return true;
}

#define IN_VMCS(X)                                                            \
	X(IA32_FS_BASE, nat, GUEST_FS_BASE, is_canonical)                     \
	X(IA32_GS_BASE, nat, GUEST_GS_BASE, is_canonical)                     \
	X(IA32_SYSENTER_ESP, nat, GUEST_IA32_SYSENTER_ESP, is_canonical)      \
	X(IA32_SYSENTER_EIP, nat, GUEST_IA32_SYSENTER_EIP, is_canonical)      \
	X(IA32_PAT, 64, GUEST_IA32_PAT, pat_valid)

static bool get_in_vmcs(u32 msr, u64 *value)
{
	switch (msr) {
#define GET(number, width, field, valid)                                      \
	case number:                                                          \
		*value = vmcs_read##width(field);                             \
		return true;
		IN_VMCS(GET)
	case IA32_SYSENTER_CS:
		*value = vmcs_read32(GUEST_IA32_SYSENTER_CS);
		return true;
	default:
		return false;
	}
}

static bool set_in_vmcs(u32 msr, u64 value)
{
	switch (msr) {
#define SET(number, width, field, valid)                                      \
	case number:                                                          \
		if (!valid(value))                                            \
			return false;                                         \
		vmcs_write##width(field, value);                              \
		return true;
		IN_VMCS(SET)
	case IA32_SYSENTER_CS:
		vmcs_write32(GUEST_IA32_SYSENTER_CS, (u32)value);
		return true;
	default:
		return false;
	}
}

/* --- time ------------------------------------------------------------------------ */

u64 kvm_guest_tsc(struct kvm_vcpu *v)
{
	(void)v;
	return rdtsc() + vmcs_read64(TSC_OFFSET);
}

/* When the guest's TSC reaches that value, on the host's clock. */
u64 kvm_ns_of_guest_tsc(struct kvm_vcpu *v, u64 tsc)
{
	u64 now = kvm_guest_tsc(v), ns = clock_ns(), hz = arch_ticks_hz();

	if (tsc <= now)
		return ns;
	tsc -= now; /* in two parts: the product must fit */
	return ns + tsc / hz * NS_PER_S + tsc % hz * NS_PER_S / hz;
}

static void set_tsc_by_vmm(struct kvm_vcpu *v, u64 value)
{
	struct kvm_arch *a = &v->kvm->arch;
	u64 flags = spin_lock_irq(&a->tsc_lock);

	vmcs_write64(TSC_OFFSET,
	             tsc_write(&a->tsc, value, rdtsc(), arch_ticks_hz()));
	spin_unlock_irq(&a->tsc_lock, flags);
}

/* --- all of them -------------------------------------------------------------------- */

static bool is_x2apic_msr(struct kvm_vcpu *v, u32 msr)
{
	return msr >= X2APIC_FIRST && msr <= X2APIC_LAST && v->arch.lapic &&
	       v->arch.apic_base & APIC_BASE_X2APIC;
}

bool kvm_get_msr(struct kvm_vcpu *v, u32 msr, u64 *value)
{
	if (is_x2apic_msr(v, msr))
		return vlapic_msr_read(v->arch.lapic, msr, value);
	switch (msr) {
	case IA32_APIC_BASE:
		*value = v->arch.apic_base;
		return true;
	case IA32_TSC_DEADLINE: /* without a LAPIC: 0, as in Linux */
		*value =
			v->arch.lapic ? vlapic_get_deadline(v->arch.lapic) : 0;
		return true;
	case IA32_EFER:
	case IA32_TSC:
		return msr_read(&v->arch.vcpu, msr, value);
	}
	return lazy_get_msr(v, msr, value) || get_in_vmcs(msr, value) ||
	       get_stored(v, msr, value);
}

static bool set_efer(struct kvm_vcpu *v, u64 value)
{
	bool ok = msr_write(&v->arch.vcpu, IA32_EFER, value);

	lazy_update(v); /* SCE: with SYSCALL come its MSRs */
	return ok;
}

bool kvm_set_msr(struct kvm_vcpu *v, u32 msr, u64 value, bool by_vmm)
{
	if (is_x2apic_msr(v, msr))
		return vlapic_msr_write(v->arch.lapic, msr, value);
	switch (msr) {
	case IA32_APIC_BASE:
		return !kvm_set_apic_base(v, value, by_vmm);
	case IA32_TSC_DEADLINE:
		if (v->arch.lapic)
			vlapic_set_deadline(v->arch.lapic, value,
			                    kvm_ns_of_guest_tsc(v, value));
		return true;
	case IA32_EFER:
		return set_efer(v, value);
	case IA32_TSC:
		if (!by_vmm)
			return msr_write(&v->arch.vcpu, msr, value);
		set_tsc_by_vmm(v, value);
		return true;
	}
	return lazy_set_msr(v, msr, value) || set_in_vmcs(msr, value) ||
	       set_stored(v, msr, value, by_vmm);
}

void kvm_msr_bitmap(struct kvm_vcpu *v)
{
	msr_policy_fill_bitmap(v->arch.vcpu.msr_bitmap);
	lazy_msr_bitmap(v->arch.vcpu.msr_bitmap);
}

/* --- ioctls ----------------------------------------------------------------------------- */

static const u32 listed[] = {
	IA32_TSC,   IA32_SYSENTER_CS, IA32_SYSENTER_ESP, IA32_SYSENTER_EIP,
	IA32_STAR,  IA32_PAT,         IA32_CSTAR,        IA32_KERNEL_GS_BASE,
	IA32_FMASK, IA32_LSTAR,       IA32_TSC_AUX,      IA32_TSC_DEADLINE,
};

s64 kvm_msr_index_list(u64 arg)
{
	struct kvm_msr_list header;
	u32 room, n = ARRAY_SIZE(listed) + ARRAY_SIZE(stored);

	if (copy_from_user(&header, arg, sizeof(header)))
		return -EFAULT;
	room = header.nmsrs;
	header.nmsrs = n;
	if (copy_to_user(arg, &header, sizeof(header)))
		return -EFAULT;
	if (room < n)
		return -E2BIG;
	arg += sizeof(header);
	if (copy_to_user(arg, listed, sizeof(listed)))
		return -EFAULT;
	arg += sizeof(listed);
	for (unsigned i = 0; i < ARRAY_SIZE(stored); i++, arg += sizeof(u32))
		if (copy_to_user(arg, &stored[i].msr, sizeof(u32)))
			return -EFAULT;
	return 0;
}

/* MSRs about KVM itself: none. */
s64 kvm_msr_feature_list(u64 arg)
{
	struct kvm_msr_list header;

	if (copy_from_user(&header, arg, sizeof(header)))
		return -EFAULT;
	header.nmsrs = 0;
	return copy_to_user(arg, &header, sizeof(header)) ? -EFAULT : 0;
}

/* How many could be read or written; it stops at the first that cannot. */
s64 kvm_msrs_ioctl(struct kvm_vcpu *v, u64 arg, bool set)
{
	struct kvm_msrs header;
	struct kvm_msr_entry e;

	if (copy_from_user(&header, arg, sizeof(header)))
		return -EFAULT;
	if (header.nmsrs >= MSRS_MAX)
		return -E2BIG;
	arg += sizeof(header);
	for (u32 i = 0; i < header.nmsrs; i++, arg += sizeof(e)) {
		u64 value;

		if (copy_from_user(&e, arg, sizeof(e)))
			return -EFAULT;
		if (set ? !kvm_set_msr(v, e.index, e.data, true) :
		          !kvm_get_msr(v, e.index, &value))
			return i;
		if (set)
			continue;
		e.data = value;
		if (copy_to_user(arg, &e, sizeof(e)))
			return -EFAULT;
	}
	return header.nmsrs;
}
