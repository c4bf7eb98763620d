/*
 * entry.c - x86: the state in which the first vCPU starts.
 */
#include "05-full/vmm/x86/x86.h"

#define CR0_PE BIT(0)
#define CR0_ET BIT(4)
#define CR0_PG BIT(31)
#define CR4_PAE BIT(5)
#define EFER_LME BIT(8)
#define EFER_LMA BIT(10)
#define PTE_P BIT(0)
#define PTE_W BIT(1)
#define PDE_PS BIT(7)

/* Linux's boot protocol asks for these two selectors. */
#define SEL_CODE 0x10
#define SEL_DATA 0x18

static const struct kvm_segment code = {
	.limit = 0xffffffff,
	.selector = SEL_CODE,
	.type = 0xb, /* execute, read, accessed */
	.present = 1,
	.s = 1,
	.g = 1,
};
static const struct kvm_segment data = {
	.limit = 0xffffffff,
	.selector = SEL_DATA,
	.type = 3, /* read, write, accessed */
	.present = 1,
	.db = 1,
	.s = 1,
	.g = 1,
};
static const struct kvm_segment task = {
	.limit = 0xffff,
	.type = 0xb, /* busy TSS */
	.present = 1,
};

static void x86_put_gdt(const struct vmm *vm, bool long_mode)
{
	u64 gdt[4] = { 0, 0,
		       long_mode ? 0x00af9b000000ffff : 0x00cf9b000000ffff,
		       0x00cf93000000ffff };

	vmm_put(vm, X86_GDT, gdt, sizeof(gdt), "the GDT");
}

/* 4 GiB, each address mapped to itself by 2 MiB pages. */
static void x86_put_page_tables(const struct vmm *vm)
{
	u64 *pml4 = vmm_ram(vm, X86_PML4, PAGE_SIZE);
	u64 *pdpt = vmm_ram(vm, X86_PDPT, PAGE_SIZE);
	u64 *pd = vmm_ram(vm, X86_PD, 4 * PAGE_SIZE);

	pml4[0] = X86_PDPT | PTE_P | PTE_W;
	for (u64 i = 0; i < 4; i++)
		pdpt[i] = (X86_PD + i * PAGE_SIZE) | PTE_P | PTE_W;
	for (u64 i = 0; i < 4 * 512; i++)
		pd[i] = i * 2 * MiB | PTE_P | PTE_W | PDE_PS;
}

static void x86_set_state(struct vmm_vcpu *v, struct kvm_sregs *s,
                          const struct kvm_regs *r)
{
	s->ds = s->es = s->fs = s->gs = s->ss = data;
	s->tr = task;
	s->gdt.base = X86_GDT;
	s->gdt.limit = 4 * 8 - 1;
	s->idt.limit = 0;
	vmm_ioctl(v->fd, KVM_SET_SREGS, (unsigned long)s, "KVM_SET_SREGS");
	vmm_ioctl(v->fd, KVM_SET_REGS, (unsigned long)r, "KVM_SET_REGS");
}

void x86_enter_64(struct vmm_vcpu *v, u64 rip, u64 rsi)
{
	struct kvm_regs r = { .rip = rip, .rsi = rsi, .rflags = 2 };
	struct kvm_sregs s;

	x86_put_gdt(v->vm, true);
	x86_put_page_tables(v->vm);
	vmm_ioctl(v->fd, KVM_GET_SREGS, (unsigned long)&s, "KVM_GET_SREGS");
	s.cr0 = CR0_PE | CR0_ET | CR0_PG;
	s.cr3 = X86_PML4;
	s.cr4 = CR4_PAE;
	s.efer = EFER_LME | EFER_LMA;
	s.cs = code;
	s.cs.l = 1;
	x86_set_state(v, &s, &r);
}

void x86_enter_32(struct vmm_vcpu *v, u64 rip, u32 eax, u32 ebx)
{
	struct kvm_regs r = {
		.rip = rip,
		.rax = eax,
		.rbx = ebx,
		.rflags = 2,
		/* Multiboot promises no stack, but kernels count on GRUB's. */
		.rsp = X86_LOW_TOP,
	};
	struct kvm_sregs s;

	x86_put_gdt(v->vm, false);
	vmm_ioctl(v->fd, KVM_GET_SREGS, (unsigned long)&s, "KVM_GET_SREGS");
	s.cr0 = CR0_PE | CR0_ET;
	s.cs = code;
	s.cs.db = 1;
	x86_set_state(v, &s, &r);
}
