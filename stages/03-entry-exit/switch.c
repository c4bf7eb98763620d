/*
 * switch.c - exchange floating point, debug registers and MSRs.
 *
 * A list of blocks, each with a function for either direction.  A later
 * stage that lets its guests use more adds a block.
 */
#include "03-entry-exit/switch.h"

#include "01-vmxon/cpu.h"
#include "lib/string.h"

#define DR6_RESET 0xffff0ff0
#define DR7_RESET 0x400
#define MXCSR_RESET 0x1f80
#define FCW_RESET 0x37f

static const u32 msr_numbers[SWITCHED_MSRS] = {
#define SWITCHED(name, why) name,
#include "03-entry-exit/switched_msrs.def"
};

void switch_init(struct switch_state *s)
{
	u16 fcw = FCW_RESET;
	u32 mxcsr = MXCSR_RESET;

	memset(s, 0, sizeof(*s));
	memcpy(s->guest_fx.bytes, &fcw, sizeof(fcw));
	memcpy(s->guest_fx.bytes + 24, &mxcsr, sizeof(mxcsr));
	s->guest_debug.dr6 = DR6_RESET;
}

/* Bochs has no IA32_DEBUGCTL, real CPUs do. */
static bool has_debugctl;

void switch_prepare_cpu(void)
{
	u64 unused;

	has_debugctl = !try_rdmsr(IA32_DEBUGCTL, &unused);
	write_cr0((read_cr0() & ~(CR0_EM | CR0_TS)) | CR0_MP);
	write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
}

/* anchor: fx */
void switch_fx_to_guest(struct switch_state *s)
{
	fxsave(&s->host_fx);
	fxrstor(&s->guest_fx);
}

void switch_fx_to_host(struct switch_state *s)
{
	fxsave(&s->guest_fx);
	fxrstor(&s->host_fx);
}
/* end: fx */

/* anchor: debug */
static void debug_to_guest(struct switch_state *s)
{
	struct debug_regs *h = &s->host_debug, *g = &s->guest_debug;

	h->dr7 = read_dr7();
	if (has_debugctl) /* not observable here: Bochs has no IA32_DEBUGCTL */
		h->debugctl = rdmsr(IA32_DEBUGCTL);
	/* No breakpoint of ours may fire at an address of the guest's. */
	write_dr7(DR7_RESET);
	h->dr[0] = read_dr0();
	h->dr[1] = read_dr1();
	h->dr[2] = read_dr2();
	h->dr[3] = read_dr3();
	h->dr6 = read_dr6();
	write_dr0(g->dr[0]);
	write_dr1(g->dr[1]);
	write_dr2(g->dr[2]);
	write_dr3(g->dr[3]);
	write_dr6(g->dr6);
}

static void debug_to_host(struct switch_state *s)
{
	struct debug_regs *h = &s->host_debug, *g = &s->guest_debug;

	g->dr[0] = read_dr0();
	g->dr[1] = read_dr1();
	g->dr[2] = read_dr2();
	g->dr[3] = read_dr3();
	g->dr6 = read_dr6();
	write_dr0(h->dr[0]);
	write_dr1(h->dr[1]);
	write_dr2(h->dr[2]);
	write_dr3(h->dr[3]);
	write_dr6(h->dr6);
	/* Every exit clears these two (SDM 28.5.1): no breakpoints, no BTF. */
	if (has_debugctl) /* not observable here: Bochs has no IA32_DEBUGCTL */
		wrmsr(IA32_DEBUGCTL, h->debugctl);
	write_dr7(h->dr7);
}
/* end: debug */

/*
 * Both lists are unrolled: a vCPU comes and goes with every exit to its
 * user-mode monitor (stage 05), and half of it would be loops.
 */
/* anchor: msrs */
static void exchange_msrs(u64 *save, const u64 *load)
{
#pragma GCC unroll 8
	for (int i = 0; i < SWITCHED_MSRS; i++) {
		rdmsr_to(msr_numbers[i], &save[i]);
		wrmsr_from(msr_numbers[i], &load[i]);
	}
}

static void msrs_to_guest(struct switch_state *s)
{
	exchange_msrs(s->host_msr, s->guest_msr);
}

static void msrs_to_host(struct switch_state *s)
{
	exchange_msrs(s->guest_msr, s->host_msr);
}
/* end: msrs */

/* anchor: tables */
/* An exit sets the limits of GDTR and IDTR to ffff (SDM 28.5.2). */
static void tables_to_host(struct switch_state *s)
{
	(void)s;
	cpu_load_tables();
}
/* end: tables */

static const struct {
	const char *what;
	void (*to_guest)(struct switch_state *s);
	void (*to_host)(struct switch_state *s);
} blocks[] = {
	/* anchor: blocks */
	{ "floating point", switch_fx_to_guest, switch_fx_to_host },
	{ "debug registers", debug_to_guest, debug_to_host },
	{ "MSRs", msrs_to_guest, msrs_to_host },
	{ "descriptor-table limits", NULL, tables_to_host },
	/* end: blocks */
};

void switch_to_guest(struct switch_state *s)
{
#pragma GCC unroll 8
	for (unsigned i = 0; i < ARRAY_SIZE(blocks); i++)
		if (blocks[i].to_guest)
			blocks[i].to_guest(s);
}

void switch_to_host(struct switch_state *s)
{
#pragma GCC unroll 8
	for (unsigned i = 0; i < ARRAY_SIZE(blocks); i++)
		if (blocks[i].to_host)
			blocks[i].to_host(s);
}
