/*
 * vm_x86.c - a VM on x86: made, destroyed, its ioctls; the APIC base and CR8
 * of its vCPUs.
 */
#include "01-vmxon/cpu.h"
#include "01-vmxon/pages.h"
#include "05-full/host/memory.h"
#include "05-full/kvm/x86/apicv.h"
#include "05-full/kvm/x86/irqchip.h"
#include "05-full/kvm/x86/x86.h"

/* Seams of stage 03: its functions reach guest memory through slots. */
static bool read_slots(struct vm *vm, gpa_t gpa, void *to, u64 size)
{
	return !kvm_read_guest(kvm_of(vm), gpa.v, to, size);
}

static bool write_slots(struct vm *vm, gpa_t gpa, const void *from, u64 size)
{
	return !kvm_write_guest(kvm_of(vm), gpa.v, from, size);
}

int kvm_arch_vm_init(struct kvm *kvm, u64 type)
{
	u64 flags;

	if (type)
		return -EINVAL;
	if (!kvm_have_pages())
		return -ENOMEM;
	flags = arch_irq_save();
	vm_init(&kvm->arch.vm, 0, &kvm_caps);
	arch_irq_restore(flags);
	kvm->arch.vm.read = read_slots;
	kvm->arch.vm.write = write_slots;
	kvm->arch.ticks_per_ns = ((arch_ticks_hz() / 1000) << 32) / 1000000;
	kvm->arch.clock_offset = -clock_ns();
	kvm->arch.tsc.offset = -arch_ticks(); /* it begins at 0 */
	return 0;
}

void kvm_arch_vm_destroy(struct kvm *kvm)
{
	u64 flags;

	kvm_destroy_irqchip(kvm);
	flags = arch_irq_save();
	if (kvm->arch.apic_access_page)
		page_free(kvm->arch.apic_access_page);
	ept_destroy(&kvm->arch.vm.ept);
	arch_irq_restore(flags);
}

int kvm_arch_vcpu_precreate(struct kvm *kvm, u32 id)
{
	(void)kvm;
	(void)id;
	return 0;
}

int kvm_arch_check_slot(struct kvm *kvm, const struct kvm_memslot *s)
{
	(void)kvm;
	/* EPT has four levels. */
	return s->base_gfn + s->npages > BIT(36) ? -EINVAL : 0;
}

const char *kvm_arch_exit_name(u32 reason)
{
	const char *name = exit_name(reason);

	return name[0] == '?' ? NULL : name;
}

static s64 set_identity_map(struct kvm *kvm, u64 arg)
{
	u64 address;

	if (copy_from_user(&address, arg, sizeof(address)))
		return -EFAULT;
	if (kvm->nr_vcpus)
		return -EINVAL;
	kvm->arch.identity_map_addr = address;
	return 0;
}

static s64 set_tss(struct kvm *kvm, u64 address)
{
	if (address > MASK(31, 0) - 3 * PAGE_SIZE)
		return -EINVAL;
	kvm->arch.tss_addr = address;
	return 0;
}

static s64 set_boot_cpu(struct kvm *kvm, u64 id)
{
	if (kvm->nr_vcpus)
		return -EBUSY;
	kvm->arch.boot_cpu_id = (u32)id;
	return 0;
}

/* The VM's clock: ns, counted from its creation or set. */
static s64 get_clock(struct kvm *kvm, u64 arg)
{
	struct kvm_clock_data d = {
		.clock = clock_ns() + kvm->arch.clock_offset,
		.flags = KVM_CLOCK_TSC_STABLE,
	};

	return copy_to_user(arg, &d, sizeof(d)) ? -EFAULT : 0;
}

static s64 set_clock(struct kvm *kvm, u64 arg)
{
	struct kvm_clock_data d;

	if (copy_from_user(&d, arg, sizeof(d)))
		return -EFAULT;
	/* There is no wall clock here to go by. */
	if (d.flags & ~(u32)KVM_CLOCK_TSC_STABLE)
		return -EINVAL;
	kvm->arch.clock_offset = d.clock - clock_ns();
	return 0;
}

static s64 vm_ioctl_locked(struct kvm *kvm, u32 request, u64 arg)
{
	switch (request) {
	/* Needed by CPUs that cannot run real mode; ours can. */
	case KVM_SET_TSS_ADDR:
		return set_tss(kvm, arg);
	case KVM_SET_IDENTITY_MAP_ADDR:
		return set_identity_map(kvm, arg);
	case KVM_GET_CLOCK:
		return get_clock(kvm, arg);
	case KVM_SET_CLOCK:
		return set_clock(kvm, arg);
	case KVM_SET_BOOT_CPU_ID:
		return set_boot_cpu(kvm, arg);
	default:
		return kvm_irqchip_ioctl(kvm, request, arg);
	}
}

s64 kvm_arch_vm_ioctl(struct kvm *kvm, u32 request, u64 arg)
{
	s64 ret;

	/* The hot one needs no mutex: the controllers have a lock. */
	if (request == KVM_IRQ_LINE)
		return kvm_irqchip_ioctl(kvm, request, arg);
	mutex_lock(&kvm->lock);
	ret = vm_ioctl_locked(kvm, request, arg);
	mutex_unlock(&kvm->lock);
	return ret;
}

/* --- APIC base, CR8 ------------------------------------------------------------ */

/* SDM 11.12.5: from x2APIC mode there is no way to xAPIC mode but off. */
static bool transition_ok(u64 old, u64 new)
{
	u64 modes = APIC_BASE_ENABLE | APIC_BASE_X2APIC;

	if ((old & modes) == modes && (new &modes) == APIC_BASE_ENABLE)
		return false;
	return (old & modes) != 0 || (new &modes) != modes;
}

#define CPUID_ECX 2 /* of EAX, EBX, ECX, EDX */
#define FEATURE_X2APIC BIT(21)

int kvm_set_apic_base(struct kvm_vcpu *v, u64 value, bool by_vmm)
{
	u64 known = MASK(cpu_physical_bits() - 1, 12) | APIC_BASE_BSP |
	            APIC_BASE_ENABLE;

	if (value == v->arch.apic_base)
		return 0;
	if (kvm_has_cpuid(v, 1, CPUID_ECX, FEATURE_X2APIC))
		known |= APIC_BASE_X2APIC;
	if (value & ~known ||
	    (value & APIC_BASE_X2APIC && !(value & APIC_BASE_ENABLE)))
		return -EINVAL;
	if (!by_vmm && !transition_ok(v->arch.apic_base, value))
		return -EINVAL;
	v->arch.apic_base = value;
	if (v->arch.lapic) {
		vlapic_set_base(v->arch.lapic, value & APIC_BASE_ENABLE,
		                value & APIC_BASE_X2APIC);
		apicv_set_mode(v);
	}
	return 0;
}

u64 kvm_get_cr8(struct kvm_vcpu *v)
{
	const struct lapic *a = v->arch.lapic;

	return a ? vlapic_tpr(a) >> 4 : v->arch.vcpu.cr8;
}

void kvm_set_cr8(struct kvm_vcpu *v, u64 cr8)
{
	if (v->arch.lapic)
		vlapic_set_tpr(v->arch.lapic, (u8)(cr8 << 4));
	else
		v->arch.vcpu.cr8 = cr8;
}
