/*
 * host_regs.c - patterns for the host's registers.
 */
#include "03-entry-exit/host_regs.h"

#include "01-vmxon/cpu.h"
#include "guests/x86_64/canary.h"
#include "lib/string.h"

#define CANONICAL MASK(46, 0)
#define MXCSR_RESET 0x1f80
#define MXCSR_FLAGS (MASK(5, 0) | MASK(14, 13) | BIT(15))
#define DR6_FIXED 0xffff0ff0
#define DR6_FLAGS (MASK(3, 0) | MASK(15, 13))
#define DEBUGCTL_BTF BIT(1)
#define DR7_FIXED BIT(10)
#define DR7_ENABLES MASK(7, 0) /* execution breakpoints */
/* Host addresses end at 4 GiB: a breakpoint from here on never fires. */
#define BREAKPOINT_BASE BIT(40)

static u64 next(u64 *seed)
{
	*seed = *seed * CANARY_MUL + CANARY_ADD;
	return *seed ^ *seed >> 29;
}

void host_fill_fixed(u64 seed)
{
	wrmsr(IA32_SYSENTER_CS, next(&seed) & 0xfff8);
	wrmsr(IA32_SYSENTER_ESP, next(&seed) & CANONICAL);
	wrmsr(IA32_SYSENTER_EIP, next(&seed) & CANONICAL);
	load_fs(KERNEL_DS);
	wrmsr(IA32_FS_BASE, next(&seed) & CANONICAL);
}

static void fill_debug(u64 *seed)
{
	write_dr7(DR7_FIXED);
	write_dr0(BREAKPOINT_BASE | (next(seed) & CANONICAL));
	write_dr1(BREAKPOINT_BASE | (next(seed) & CANONICAL));
	write_dr2(BREAKPOINT_BASE | (next(seed) & CANONICAL));
	write_dr3(BREAKPOINT_BASE | (next(seed) & CANONICAL));
	write_dr6(DR6_FIXED | (next(seed) & DR6_FLAGS));
	write_dr7(DR7_FIXED | (next(seed) & DR7_ENABLES));
	try_wrmsr(IA32_DEBUGCTL, next(seed) & DEBUGCTL_BTF);
}

static void fill_msrs(u64 *seed)
{
	wrmsr(IA32_STAR, next(seed));
	wrmsr(IA32_LSTAR, next(seed) & CANONICAL);
	wrmsr(IA32_CSTAR, next(seed) & CANONICAL);
	wrmsr(IA32_FMASK, next(seed) & MASK(31, 0));
	wrmsr(IA32_KERNEL_GS_BASE, next(seed) & CANONICAL);
	wrmsr(IA32_TSC_AUX, next(seed) & MASK(31, 0));
}

void host_fill(u64 seed)
{
	struct host_regs r;

	for (unsigned i = 0; i < ARRAY_SIZE(r.xmm); i++)
		r.xmm[i] = next(&seed);
	r.st0 = next(&seed);
	r.mxcsr = MXCSR_RESET ^ (next(&seed) & MXCSR_FLAGS);
	host_simd_load(&r);
	fill_debug(&seed);
	fill_msrs(&seed);
	write_cr8(next(&seed) & 1);
	/* Not the host's to keep (dead outside of #PF), but the guest's. */
	write_cr2(next(&seed));
}

static void read_debug(struct host_regs *r)
{
	r->dr0 = read_dr0();
	r->dr1 = read_dr1();
	r->dr2 = read_dr2();
	r->dr3 = read_dr3();
	r->dr6 = read_dr6();
	r->dr7 = read_dr7();
	try_rdmsr(IA32_DEBUGCTL, &r->debugctl); /* 0 where there is none */
}

static void read_msrs(struct host_regs *r)
{
	r->star = rdmsr(IA32_STAR);
	r->lstar = rdmsr(IA32_LSTAR);
	r->cstar = rdmsr(IA32_CSTAR);
	r->fmask = rdmsr(IA32_FMASK);
	r->kernel_gs_base = rdmsr(IA32_KERNEL_GS_BASE);
	r->tsc_aux = rdmsr(IA32_TSC_AUX);
	r->sysenter_cs = rdmsr(IA32_SYSENTER_CS);
	r->sysenter_esp = rdmsr(IA32_SYSENTER_ESP);
	r->sysenter_eip = rdmsr(IA32_SYSENTER_EIP);
	r->fs_base = rdmsr(IA32_FS_BASE);
	r->gs_base = rdmsr(IA32_GS_BASE);
	r->pat = rdmsr(IA32_PAT);
	r->efer = rdmsr(IA32_EFER);
}

static void read_control(struct host_regs *r)
{
	struct table_ptr gdtr = sgdt(), idtr = sidt();

	r->cr0 = read_cr0();
	r->cr3 = read_cr3();
	r->cr4 = read_cr4();
	r->cr8 = read_cr8();
	r->gdtr_base = gdtr.base;
	r->gdtr_limit = gdtr.limit;
	r->idtr_base = idtr.base;
	r->idtr_limit = idtr.limit;
	r->cs = read_cs();
	r->ss = read_ss();
	r->ds = read_ds();
	r->es = read_es();
	r->fs = read_fs();
	r->gs = read_gs();
	r->tr = str();
	/* IF and DF: the arithmetic flags are the compiler's. */
	r->rflags = read_rflags() & (RFLAGS_IF | RFLAGS_DF | RFLAGS_TF);
}

void host_read(struct host_regs *r)
{
	memset(r, 0, sizeof(*r)); /* STMXCSR fills only half of its slot */
	host_simd_store(r);
	read_debug(r);
	read_msrs(r);
	read_control(r);
}

const char *host_difference(const struct host_regs *a,
                            const struct host_regs *b)
{
	if (memcmp(a->xmm, b->xmm, sizeof(a->xmm)))
		return "xmm";
#define HOST_REG(name)                                                        \
	if (a->name != b->name)                                               \
		return #name;
#include "03-entry-exit/host_regs.def"
	return NULL;
}

void host_relax(void)
{
	struct host_regs r = { .mxcsr = MXCSR_RESET };

	host_simd_load(&r);
	write_dr7(DR7_FIXED);
	write_dr6(DR6_FIXED);
	try_wrmsr(IA32_DEBUGCTL, 0);
	write_cr8(0);
}
