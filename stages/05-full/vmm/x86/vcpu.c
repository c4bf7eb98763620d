/*
 * vcpu.c - x86: what a machine and its vCPUs get before they start.
 */
#include "05-full/vmm/arch.h"
#include "05-full/vmm/x86/x86.h"

#define MAX_LEAVES 128

/* CPUID leaf 1: what depends on the vCPU, and what KVM leaves to us. */
#define LEAF1_ECX_X2APIC BIT(21)
#define LEAF1_ECX_TSC_DEADLINE BIT(24)
#define LEAF1_ECX_HYPERVISOR BIT(31)
#define LEAF1_EDX_APIC BIT(9)
#define LEAF1_EDX_HTT BIT(28)

static struct {
	u32 nent, padding;
	struct kvm_cpuid_entry2 entry[MAX_LEAVES];
} supported;
_Static_assert(sizeof(struct kvm_cpuid2) == 8, "two words, then the leaves");

u64 vmm_arch_ram_base(void)
{
	return 0;
}

u64 vmm_arch_ram_max(void)
{
	return 3 * GiB; /* above it: devices, local APICs, the BIOS */
}

void vmm_arch_create_vm(struct vmm *vm)
{
	struct kvm_pit_config pit = { 0 };
	u64 identity = X86_IDENTITY_MAP;

	supported.nent = MAX_LEAVES;
	vmm_ioctl(vm->kvm, KVM_GET_SUPPORTED_CPUID, (unsigned long)&supported,
	          "KVM_GET_SUPPORTED_CPUID");
	if (!vm->irqchip)
		return;
	vmm_ioctl(vm->fd, KVM_SET_IDENTITY_MAP_ADDR, (unsigned long)&identity,
	          "KVM_SET_IDENTITY_MAP_ADDR");
	vmm_ioctl(vm->fd, KVM_SET_TSS_ADDR, X86_TSS, "KVM_SET_TSS_ADDR");
	vmm_ioctl(vm->fd, KVM_CREATE_IRQCHIP, 0, "KVM_CREATE_IRQCHIP");
	vmm_ioctl(vm->fd, KVM_CREATE_PIT2, (unsigned long)&pit,
	          "KVM_CREATE_PIT2");
}

static u32 bits_for(u32 n)
{
	u32 bits = 0;

	while (1u << bits < n)
		bits++;
	return bits;
}

/* One package with ncpus cores of one thread each (SDM volume 2, CPUID). */
static void vmm_fit_leaf(struct kvm_cpuid_entry2 *e, const struct vmm *vm,
                         u32 id)
{
	u32 ncpus = (u32)vm->opt->cpus;

	switch (e->function) {
	case 1:
		e->ebx = (e->ebx & 0xffff) | ncpus << 16 | id << 24;
		e->ecx |= LEAF1_ECX_HYPERVISOR;
		e->edx &= ~(u32)LEAF1_EDX_HTT;
		e->edx |= ncpus > 1 ? LEAF1_EDX_HTT : 0;
		e->ecx &= ~(u32)LEAF1_ECX_TSC_DEADLINE;
		if (vm->irqchip)
			e->ecx |= LEAF1_ECX_TSC_DEADLINE;
		else
			e->edx &= ~(u32)LEAF1_EDX_APIC,
				e->ecx &= ~(u32)LEAF1_ECX_X2APIC;
		break;
	case 4:
		e->eax = (e->eax & 0x3fff) | (ncpus - 1) << 26;
		break;
	case 0xb:
	case 0x1f:
		e->edx = id;
		if (e->index > 1) {
			e->eax = e->ebx = 0;
			e->ecx = e->index;
			break;
		}
		e->eax = e->index ? bits_for(ncpus) : 0;
		e->ebx = e->index ? ncpus : 1;
		e->ecx = e->index | (e->index ? 2u : 1u) << 8;
		break;
	}
}

void vmm_arch_create_vcpu(struct vmm_vcpu *v)
{
	static typeof(supported) own;

	memcpy(&own, &supported, sizeof(own));
	for (u32 i = 0; i < own.nent && i < MAX_LEAVES; i++)
		vmm_fit_leaf(&own.entry[i], v->vm, (u32)v->index);
	vmm_ioctl(v->fd, KVM_SET_CPUID2, (unsigned long)&own,
	          "KVM_SET_CPUID2");
}

void vmm_arch_created(struct vmm *vm)
{
	(void)vm;
}

void vmm_arch_raise(struct vmm *vm, u32 line, bool level)
{
	struct kvm_irq_level l = { .irq = line, .level = level };

	if (vm->irqchip)
		os_ioctl(vm->fd, KVM_IRQ_LINE, (unsigned long)&l);
}

bool vmm_arch_exit(struct vmm_vcpu *v)
{
	(void)v;
	return false;
}

u64 vmm_arch_where(const struct vmm_vcpu *v)
{
	struct kvm_regs regs = { 0 };

	os_ioctl(v->fd, KVM_GET_REGS, (unsigned long)&regs);
	return regs.rip;
}
