/*
 * psci_guest.c - what a guest may ask its firmware for, by HVC: PSCI (Arm
 * DEN0022), and SMCCC's questions about itself (DEN0028).
 */
#include "04-arm64-el2/hcr.h"
#include "05-full/kvm/arm64/arm.h"
#include "lib/string.h"

/* Function numbers; those with 64-bit arguments also exist as FN64(f). */
#define FN64(f) ((f) | 0x40000000u)
#define SMCCC_VERSION 0x80000000u
#define PSCI_FN_VERSION 0x84000000u
#define PSCI_FN_CPU_SUSPEND 0x84000001u
#define PSCI_FN_CPU_OFF 0x84000002u
#define PSCI_FN_CPU_ON 0x84000003u
#define PSCI_FN_AFFINITY_INFO 0x84000004u
#define PSCI_FN_MIGRATE_INFO_TYPE 0x84000006u
#define PSCI_FN_SYSTEM_OFF 0x84000008u
#define PSCI_FN_SYSTEM_RESET 0x84000009u
#define PSCI_FN_FEATURES 0x8400000au
#define PSCI_FN_SYSTEM_RESET2 0x84000012u

#define SMCCC_1_1 0x10001
#define PSCI_VERSION_1_0 0x10000

enum {
	PSCI_OK = 0,
	PSCI_NOT_SUPPORTED = -1,
	PSCI_INVALID = -2,
	PSCI_ALREADY_ON = -4,
	PSCI_INTERNAL_FAILURE = -6,
};

/* Answers of AFFINITY_INFO and MIGRATE_INFO_TYPE. */
#define AFFINITY_ON 0
#define AFFINITY_OFF 1
#define NO_MIGRATION 2

#define MPIDR_AFFINITY (MASK(39, 32) | MASK(23, 0))

/* NULL also if a bit is set that is no affinity: it must be 0 (5.1.4). */
static struct kvm_vcpu *vcpu_at(struct kvm *kvm, u64 mpidr)
{
	for (u32 i = 0; i < kvm->nr_vcpus; i++)
		if ((kvm->vcpu[i]->arch.cpu.mpidr & MPIDR_AFFINITY) == mpidr)
			return kvm->vcpu[i];
	return NULL;
}

/* anchor: cpu_on */
/* Of two that switch the same one on at the same time, one is too late. */
static bool switch_on(struct kvm_vcpu *t, u64 entry, u64 context)
{
	u64 flags = spin_lock_irq(&t->kvm->arch.power_lock);
	bool was_off = t->arch.off;

	if (was_off) {
		t->arch.reset.pc = entry;
		t->arch.reset.x0 = context;
		kvm_make_request(t, KVM_REQ_RESET);
		t->arch.off = false;
	}
	spin_unlock_irq(&t->kvm->arch.power_lock, flags);
	return was_off;
}

/* The other vCPU's thread is asleep in B13; it resets itself when it wakes. */
static s64 cpu_on(struct kvm *kvm, u64 mpidr, u64 entry, u64 context)
{
	struct kvm_vcpu *t = vcpu_at(kvm, mpidr);

	if (!t || !t->arch.initialized)
		return PSCI_INVALID;
	if (!switch_on(t, entry, context))
		return PSCI_ALREADY_ON;
	kvm_vcpu_kick(t);
	return PSCI_OK;
}

void kvm_owed_reset(struct kvm_vcpu *v)
{
	if (v->arch.off)
		return;
	kvm_clear_request(v, KVM_REQ_RESET);
	kvm_reset_vcpu(v);
	v->arch.cpu.pc = v->arch.reset.pc;
	v->arch.cpu.x[0] = v->arch.reset.x0;
}

static void cpu_off(struct kvm_vcpu *v)
{
	v->arch.off = true;
	kvm_make_request(v, KVM_REQ_SLEEP);
}
/* end: cpu_on */

static s64 affinity_info(struct kvm *kvm, u64 mpidr, u64 level)
{
	s64 answer = PSCI_INVALID;
	u64 mask;

	if (level > 3 || mpidr & ~MPIDR_AFFINITY)
		return PSCI_INVALID;
	/* Affinity level 3 is in bits 39:32. */
	mask = MPIDR_AFFINITY &
	       (level == 3 ? MASK(39, 32) : ~0ull << 8 * level);
	for (u32 i = 0; i < kvm->nr_vcpus; i++) {
		struct kvm_vcpu *t = kvm->vcpu[i];

		if ((t->arch.cpu.mpidr ^ mpidr) & mask)
			continue;
		if (!t->arch.off)
			return AFFINITY_ON;
		answer = AFFINITY_OFF;
	}
	return answer;
}

/* The machine's end is the VMM's business; no vCPU runs until it says so. */
static enum handled system_event(struct kvm_vcpu *v, u32 type, u64 flags)
{
	struct kvm *kvm = v->kvm;

	for (u32 i = 0; i < kvm->nr_vcpus; i++) {
		kvm->vcpu[i]->arch.off = true;
		kvm_make_request(kvm->vcpu[i], KVM_REQ_SLEEP);
		kvm_vcpu_kick(kvm->vcpu[i]);
	}
	/* If the VMM goes on all the same, the call has failed. */
	v->arch.cpu.x[0] = (u64)PSCI_INTERNAL_FAILURE;
	memset(&v->run->system_event, 0, sizeof(v->run->system_event));
	v->run->system_event.type = type;
	v->run->system_event.ndata = 1;
	v->run->system_event.data[0] = flags;
	v->run->exit_reason = KVM_EXIT_SYSTEM_EVENT;
	return exit_to_vmm(v, 0);
}

static s64 psci_features(const struct kvm_vcpu *v, u32 fn)
{
	if (v->arch.psci < PSCI_VERSION_1_0)
		return PSCI_NOT_SUPPORTED;
	switch (fn) {
	case SMCCC_VERSION:
	case PSCI_FN_VERSION:
	case PSCI_FN_CPU_SUSPEND:
	case FN64(PSCI_FN_CPU_SUSPEND):
	case PSCI_FN_CPU_OFF:
	case PSCI_FN_CPU_ON:
	case FN64(PSCI_FN_CPU_ON):
	case PSCI_FN_AFFINITY_INFO:
	case FN64(PSCI_FN_AFFINITY_INFO):
	case PSCI_FN_MIGRATE_INFO_TYPE:
	case PSCI_FN_SYSTEM_OFF:
	case PSCI_FN_SYSTEM_RESET:
	case PSCI_FN_FEATURES:
		return PSCI_OK;
	case PSCI_FN_SYSTEM_RESET2:
	case FN64(PSCI_FN_SYSTEM_RESET2):
		return v->arch.psci > PSCI_VERSION_1_0 ? PSCI_OK :
		                                         PSCI_NOT_SUPPORTED;
	default:
		return PSCI_NOT_SUPPORTED;
	}
}

/* SYSTEM_RESET2: architectural warm resets are numbered from 0. */
static enum handled reset2(struct kvm_vcpu *v)
{
	u64 *x = v->arch.cpu.x;
	u32 type = (u32)x[1];

	if (v->arch.psci <= PSCI_VERSION_1_0) {
		x[0] = (u64)PSCI_NOT_SUPPORTED;
		return RESUME_GUEST;
	}
	if (type && type < 0x80000000u) {
		x[0] = (u64)PSCI_INVALID;
		return RESUME_GUEST;
	}
	return system_event(v, KVM_SYSTEM_EVENT_RESET,
	                    KVM_SYSTEM_EVENT_RESET_FLAG_PSCI_RESET2);
}

/* anchor: hvc */
/* The calls that only have an answer. */
static s64 psci_answer(struct kvm_vcpu *v, u32 fn)
{
	const u64 *x = v->arch.cpu.x;

	if (fn == SMCCC_VERSION)
		return SMCCC_1_1;
	if (!v->arch.psci)
		return PSCI_NOT_SUPPORTED; /* 0.1 had other numbers */
	switch (fn) {
	case PSCI_FN_VERSION:
		return v->arch.psci;
	case PSCI_FN_CPU_ON:
		return cpu_on(v->kvm, (u32)x[1], (u32)x[2], (u32)x[3]);
	case FN64(PSCI_FN_CPU_ON):
		return cpu_on(v->kvm, x[1], x[2], x[3]);
	case PSCI_FN_AFFINITY_INFO:
		return affinity_info(v->kvm, (u32)x[1], (u32)x[2]);
	case FN64(PSCI_FN_AFFINITY_INFO):
		return affinity_info(v->kvm, x[1], x[2]);
	case PSCI_FN_MIGRATE_INFO_TYPE:
		return NO_MIGRATION;
	case PSCI_FN_FEATURES:
		return psci_features(v, (u32)x[1]);
	default:
		return PSCI_NOT_SUPPORTED; /* SMCCC's "unknown", too: -1 */
	}
}

/* The calls that do something, and the rest; out of the short way's way. */
static __attribute__((noinline)) enum handled call_firmware(struct kvm_vcpu *v,
                                                            u32 fn)
{
	u64 *x = v->arch.cpu.x;

	if (v->arch.psci)
		switch (fn) {
		case PSCI_FN_CPU_SUSPEND:
		case FN64(PSCI_FN_CPU_SUSPEND): /* a WFI, as PSCI allows */
			x[0] = PSCI_OK;
			v->arch.wfi = true;
			kvm_make_request(v, KVM_REQ_SLEEP);
			return RESUME_GUEST;
		case PSCI_FN_CPU_OFF:
			cpu_off(v);
			return RESUME_GUEST;
		case PSCI_FN_SYSTEM_OFF:
			return system_event(v, KVM_SYSTEM_EVENT_SHUTDOWN, 0);
		case PSCI_FN_SYSTEM_RESET:
			return system_event(v, KVM_SYSTEM_EVENT_RESET, 0);
		case PSCI_FN_SYSTEM_RESET2:
		case FN64(PSCI_FN_SYSTEM_RESET2):
			return reset2(v);
		}
	x[0] = (u64)psci_answer(v, fn);
	return RESUME_GUEST;
}

/*
 * ELR_EL2 is behind the HVC already.  Ours are the fast calls (bit 31) of the
 * owners 0, the architecture, and 4, the standard's services (bits 29:24).
 */
enum handled kvm_handle_hvc(struct vcpu *cpu)
{
	u32 fn = (u32)cpu->x[0];

	if ((fn & 0xbb000000u) == 0x80000000u)
		return call_firmware(to_kvm_vcpu(cpu), fn);
	cpu->x[0] = (u64)PSCI_NOT_SUPPORTED; /* SMCCC's "unknown", too */
	return RESUME_GUEST;
}
/* end: hvc */
