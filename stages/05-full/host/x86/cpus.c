/*
 * cpus.c - one CPU made ready for user programs: descriptors, SYSCALL, and
 * the guards that keep the kernel from touching user memory by accident.
 */
#include "01-vmxon/lapic.h"
#include "01-vmxon/smp.h"
#include "03-entry-exit/switch.h"
#include "05-full/host/sched.h"
#include "05-full/host/x86/host_cpu.h"
#include "05-full/host/x86/host_insn.h"

#define DESCRIPTOR_USER_DATA 0x00cff3000000ffffull
#define DESCRIPTOR_USER_CODE 0x00affb000000ffffull

/* CPUID.(7,0) */
#define CPUID_7_EBX_SMEP BIT(7)
#define CPUID_7_EBX_SMAP BIT(20)
#define CPUID_7_ECX_UMIP BIT(2)

#define RFLAGS_AC BIT(18)
#define RFLAGS_NT BIT(14)
#define DR7_NONE 0x400

/*
 * SYSCALL takes CS from bits 47:32 and SS from the next descriptor; SYSRET
 * takes SS from the one behind bits 63:48 and CS from the next (SDM volume 2).
 */
#define STAR ((u64)(USER_DS - 8) << 48 | (u64)BOOT_CS << 32)
_Static_assert(KERNEL_DS == BOOT_CS + 8 && USER_CS == USER_DS + 8, "STAR");

extern const u8 syscall_entry[];

bool cpu_has_smap;

void cpus_init(void)
{
	cpu_has_smap = cpuid(7, 0).ebx & CPUID_7_EBX_SMAP;
	/* An interrupt's end looks at `current`, from now on. */
	for (unsigned i = 0; i < MAX_CPUS; i++)
		cpus[i].thread = &boot_thread[i];
}

static u64 guards(void)
{
	struct cpuid seven = cpuid(7, 0);
	u64 cr4 = 0;

	if (seven.ebx & CPUID_7_EBX_SMEP)
		cr4 |= CR4_SMEP; /* the kernel runs no user code */
	if (seven.ebx & CPUID_7_EBX_SMAP)
		cr4 |= CR4_SMAP; /* nor reads its data, but in uaccess.S */
	if (seven.ecx & CPUID_7_ECX_UMIP)
		cr4 |= CR4_UMIP; /* SGDT and such tell programs nothing */
	return cr4;
}

void cpu_host_init(void)
{
	struct cpu *c = this_cpu();

	c->gdt[USER_DS / 8] = DESCRIPTOR_USER_DATA;
	c->gdt[USER_CS / 8] = DESCRIPTOR_USER_CODE;
	c->stack_low = (u64 *)cpu_stacks[c->number];
	c->stack_high = (u64 *)cpu_stacks[c->number + 1];
	switch_prepare_cpu();
	write_cr0(read_cr0() | CR0_NE);
	/* No WRGSBASE: entry.S relies on it; no AVX: nobody saves it. */
	write_cr4((read_cr4() & ~(CR4_FSGSBASE | CR4_OSXSAVE)) | guards());
	write_dr7(DR7_NONE);
	wrmsr(IA32_EFER, rdmsr(IA32_EFER) | EFER_SCE);
	wrmsr(IA32_STAR, STAR);
	wrmsr(IA32_LSTAR, (u64)syscall_entry);
	wrmsr(IA32_FMASK,
	      RFLAGS_IF | RFLAGS_DF | RFLAGS_TF | RFLAGS_AC | RFLAGS_NT);
	wrmsr(IA32_SYSENTER_CS, 0); /* SYSENTER: #GP */
	wrmsr(IA32_KERNEL_GS_BASE, 0);
	timer_init();
}

unsigned arch_cpu_count(void)
{
	return smp_count();
}

void arch_idle(void)
{
	irq_enable_and_wait();
}

void arch_kick_cpu(unsigned cpu)
{
	u64 flags = arch_irq_save(); /* two writes in xAPIC mode */

	lapic_send(cpus[cpu].apic_id, ICR_FIXED | ICR_ASSERT | VECTOR_KICK);
	arch_irq_restore(flags);
}
