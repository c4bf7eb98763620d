/*
 * cpuid.c - CPUID: the exit, and the ioctls for its table.
 */
#include "01-vmxon/insn.h"
#include "05-full/host/memory.h"
#include "05-full/kvm/x86/cpuid_policy.h"
#include "05-full/kvm/x86/irqchip.h"
#include "05-full/kvm/x86/string_insn.h"
#include "05-full/kvm/x86/x86.h"
#include "lib/string.h"

#define CPUID_MAX 256 /* Linux's limit for KVM_SET_CPUID2 */
#define APIC_FEATURE BIT(9)
#define CPUID_7_EBX_ERMS BIT(9)

static void ask_this_cpu(u32 leaf, u32 index, u32 out[4])
{
	struct cpuid r = cpuid(leaf, index);

	memcpy(out, &r, sizeof(r));
}

/*
 * ERMS promises that REP STOSB is at least as quick as wider ones.  An
 * emulator that takes a step per byte makes a guest that believes it, and
 * clears pages so, eight times slower there: ask the clock.
 */
static bool bytes_are_quick(void)
{
	u8 *page = frames_alloc(0);
	u64 flags, start, bytes, words;

	if (!page)
		return true;
	flags = arch_irq_save();
	rep_stosb(page, PAGE_SIZE); /* once before, for the caches */
	start = rdtsc();
	rep_stosb(page, PAGE_SIZE);
	bytes = rdtsc() - start;
	start = rdtsc();
	rep_stosq(page, PAGE_SIZE / 8);
	words = rdtsc() - start;
	arch_irq_restore(flags);
	frames_free(page, 0);
	return bytes < 4 * words;
}

static void hide_erms(struct kvm_cpuid_entry2 *e, u32 n)
{
	for (u32 i = 0; i < n; i++)
		if (e[i].function == 7)
			e[i].ebx &= ~(u32)CPUID_7_EBX_ERMS;
}

s64 kvm_supported_cpuid(u64 arg)
{
	struct kvm_cpuid2 header;
	struct kvm_cpuid_entry2 *e;
	u32 n;
	s64 ret = 0;

	if (copy_from_user(&header, arg, sizeof(header)))
		return -EFAULT;
	if (header.nent < 1)
		return -E2BIG;
	e = kmalloc(CPUID_ENTRIES * sizeof(*e));
	if (!e)
		return -ENOMEM;
	n = cpuid_supported(e, CPUID_ENTRIES, ask_this_cpu,
	                    (u32)(arch_ticks_hz() / 1000));
	if (!bytes_are_quick())
		hide_erms(e, MIN(n, CPUID_ENTRIES));
	if (n > MIN(header.nent, CPUID_ENTRIES))
		ret = -E2BIG;
	else if (copy_to_user(arg + sizeof(header), e, n * sizeof(*e)))
		ret = -EFAULT;
	header.nent = n;
	if (!ret && copy_to_user(arg, &header, sizeof(header)))
		ret = -EFAULT;
	kfree(e);
	return ret;
}

/* Nothing is emulated that the CPU has not. */
s64 kvm_emulated_cpuid(u64 arg)
{
	struct kvm_cpuid2 header;

	if (copy_from_user(&header, arg, sizeof(header)))
		return -EFAULT;
	if (header.nent < 1)
		return -E2BIG;
	header.nent = 0;
	return copy_to_user(arg, &header, sizeof(header)) ? -EFAULT : 0;
}

s64 kvm_set_cpuid2(struct kvm_vcpu *v, u64 arg)
{
	struct guest_cpuid *c = &v->arch.cpuid;
	struct kvm_cpuid2 header;

	if (copy_from_user(&header, arg, sizeof(header)))
		return -EFAULT;
	if (header.nent > CPUID_ENTRIES)
		return header.nent > CPUID_MAX ? -E2BIG : -ENOMEM;
	if (v->arch.vcpu.exits)
		return -EINVAL; /* a running CPU does not change */
	if (copy_from_user(c->entry, arg + sizeof(header),
	                   header.nent * sizeof(c->entry[0]))) {
		c->nent = 0;
		guest_cpuid_index(c);
		return -EFAULT;
	}
	c->nent = header.nent;
	guest_cpuid_index(c);
	return 0;
}

s64 kvm_get_cpuid2(struct kvm_vcpu *v, u64 arg)
{
	const struct guest_cpuid *c = &v->arch.cpuid;
	struct kvm_cpuid2 header;
	s64 ret = 0;

	if (copy_from_user(&header, arg, sizeof(header)))
		return -EFAULT;
	if (header.nent < c->nent)
		ret = -E2BIG;
	else if (copy_to_user(arg + sizeof(header), c->entry,
	                      c->nent * sizeof(c->entry[0])))
		return -EFAULT;
	header.nent = c->nent;
	if (!ret && copy_to_user(arg, &header, sizeof(header)))
		return -EFAULT;
	return ret;
}

bool kvm_has_cpuid(struct kvm_vcpu *v, u32 leaf, int reg, u32 bits)
{
	const struct kvm_cpuid_entry2 *e =
		guest_cpuid_exact(&v->arch.cpuid, leaf, 0);

	return e && (&e->eax)[reg] & bits;
}

/* anchor: handle_cpuid */
enum exit_action handle_guest_cpuid(struct vcpu *c)
{
	struct kvm_vcpu *v = kvm_vcpu_of(c);
	u32 leaf = (u32)c->regs.rax;
	const struct kvm_cpuid_entry2 *e =
		guest_cpuid_quick(&v->arch.cpuid, leaf);
	static const struct kvm_cpuid_entry2 none;

	if (!e)
		e = guest_cpuid_find(&v->arch.cpuid, leaf, (u32)c->regs.rcx);
	if (!e)
		e = &none;
	c->regs.rax = e->eax;
	c->regs.rbx = e->ebx;
	c->regs.rcx = e->ecx;
	c->regs.rdx = e->edx;
	/* A bit that mirrors what the guest itself has set. */
	if (leaf == 1 && !(v->arch.apic_base & APIC_BASE_ENABLE))
		c->regs.rdx &= ~APIC_FEATURE;
	kvm_skip(v);
	return EXIT_RESUME;
}
/* end: handle_cpuid */
