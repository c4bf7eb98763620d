/*
 * save.c - x86: registers and interrupt controllers of a stopped machine.
 */
#include "05-full/vmm/save.h"

#include "05-full/vmm/arch.h"

#define MAX_MSRS 512

static struct {
	u32 n;
	u32 index[MAX_MSRS];
} msr_list;

static union {
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_xsave xsave;
	struct kvm_xcrs xcrs;
	struct kvm_debugregs debug;
	struct kvm_vcpu_events events;
	struct kvm_lapic_state lapic;
	struct kvm_mp_state mp;
	struct kvm_irqchip chip;
	struct kvm_pit_state2 pit;
	struct kvm_clock_data clock;
	u8 bytes[PAGE_SIZE];
} state;

/* In the order in which they must be set: modes before what lives in them. */
static const struct {
	unsigned long get, set;
	size_t size;
	const char *what;
} parts[] = {
#define PART(name, type)                                                      \
	{                                                                     \
		KVM_GET_##name, KVM_SET_##name, sizeof(type), #name           \
	}
	PART(SREGS, struct kvm_sregs),
	PART(REGS, struct kvm_regs),
	PART(XCRS, struct kvm_xcrs),
	PART(XSAVE, struct kvm_xsave),
	PART(DEBUGREGS, struct kvm_debugregs),
	PART(LAPIC, struct kvm_lapic_state),
	PART(VCPU_EVENTS, struct kvm_vcpu_events),
	PART(MP_STATE, struct kvm_mp_state),
#undef PART
};

/* A host CPU without XSAVE answers for XCR0 what it then refuses to take. */
static bool part_is_there(const struct vmm *vm, size_t p)
{
	return parts[p].get != KVM_GET_XCRS ||
	       os_ioctl(vm->fd, KVM_CHECK_EXTENSION, KVM_CAP_XCRS) > 0;
}

static void save_msrs(struct vmm_vcpu *v)
{
	struct {
		u32 n, padding;
		struct kvm_msr_entry entry;
	} one = { .n = 1 };
	u32 end = 0;

	msr_list.n = MAX_MSRS;
	vmm_ioctl(v->vm->kvm, KVM_GET_MSR_INDEX_LIST, (unsigned long)&msr_list,
	          "KVM_GET_MSR_INDEX_LIST");
	for (u32 i = 0; i < msr_list.n; i++) {
		one.entry.index = msr_list.index[i];
		if (os_ioctl(v->fd, KVM_GET_MSRS, (unsigned long)&one) == 1)
			save_put(&one, sizeof(one));
	}
	save_put(&end, sizeof(end));
}

static void restore_msrs(struct vmm_vcpu *v)
{
	struct {
		u32 n, padding;
		struct kvm_msr_entry entry;
	} one;

	for (;;) {
		save_get(&one.n, sizeof(one.n));
		if (!one.n)
			break;
		save_get(&one.padding, sizeof(one) - sizeof(one.n));
		/* Zero is what a fresh vCPU has, also where it cannot be set. */
		if (os_ioctl(v->fd, KVM_SET_MSRS, (unsigned long)&one) != 1 &&
		    one.entry.data)
			vmm_say("MSR 0x%x = 0x%llx cannot be restored",
			        one.entry.index, one.entry.data);
	}
}

static void chips(struct vmm *vm, bool save)
{
	for (u32 chip = 0; chip < 3; chip++) {
		state.chip.chip_id = chip;
		if (save)
			save_put_ioctl(vm->fd, KVM_GET_IRQCHIP, &state,
			               sizeof(state.chip), "KVM_GET_IRQCHIP");
		else
			save_get_ioctl(vm->fd, KVM_SET_IRQCHIP, &state,
			               sizeof(state.chip), "KVM_SET_IRQCHIP");
	}
}

void vmm_arch_save(struct vmm *vm)
{
	for (int i = 0; i < vm->ncpus; i++) {
		for (size_t p = 0; p < ARRAY_SIZE(parts); p++)
			if (part_is_there(vm, p))
				save_put_ioctl(vm->vcpu[i].fd, parts[p].get,
				               &state, parts[p].size,
				               parts[p].what);
		save_msrs(&vm->vcpu[i]);
	}
	if (!vm->irqchip)
		return;
	chips(vm, true);
	save_put_ioctl(vm->fd, KVM_GET_PIT2, &state, sizeof(state.pit),
	               "KVM_GET_PIT2");
	save_put_ioctl(vm->fd, KVM_GET_CLOCK, &state, sizeof(state.clock),
	               "KVM_GET_CLOCK");
}

void vmm_arch_restore(struct vmm *vm)
{
	for (int i = 0; i < vm->ncpus; i++) {
		for (size_t p = 0; p < ARRAY_SIZE(parts); p++)
			if (part_is_there(vm, p))
				save_get_ioctl(vm->vcpu[i].fd, parts[p].set,
				               &state, parts[p].size,
				               parts[p].what);
		restore_msrs(&vm->vcpu[i]);
	}
	if (!vm->irqchip)
		return;
	chips(vm, false);
	save_get_ioctl(vm->fd, KVM_SET_PIT2, &state, sizeof(state.pit),
	               "KVM_SET_PIT2");
	save_get(&state, sizeof(state.clock));
	state.clock.flags = 0;
	vmm_ioctl(vm->fd, KVM_SET_CLOCK, (unsigned long)&state,
	          "KVM_SET_CLOCK");
}
