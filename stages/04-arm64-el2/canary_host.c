/*
 * canary_host.c - the host's side: what must be the same after a guest ran.
 */
#include "04-arm64-el2/canary.h"
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/timer.h"
#include "04-arm64-el2/trap.h"
#include "lib/panic.h"
#include "lib/string.h"

/* Read and compared: name, and the bits that the canary fills with patterns. */
#define HOST_REGS(R)                                                          \
	R(TPIDR_EL0, ~0ull)                                                   \
	R(TPIDRRO_EL0, ~0ull)                                                 \
	R(MDSCR_EL1, 0x1000)                                                  \
	R(HCR_EL2, 0)                                                         \
	R(CPTR_EL2, 0)                                                        \
	R(MDCR_EL2, 0)                                                        \
	R(VBAR_EL2, 0)                                                        \
	R(SCTLR_EL2, 0)                                                       \
	R(TTBR0_EL2, 0)                                                       \
	R(TTBR1_EL2, 0)                                                       \
	R(TCR_EL2, 0)                                                         \
	R(MAIR_EL2, 0)                                                        \
	R(TPIDR_EL2, 0)                                                       \
	R(CNTHCTL_EL2, 0xc03)                                                 \
	R(CNTVOFF_EL2, 0)                                                     \
	R(CNTV_CTL_EL02, 0)                                                   \
	R(CNTP_CTL_EL02, 0)                                                   \
	R(ICH_HCR_EL2, 0)                                                     \
	R(ICC_PMR_EL1, 0)

u64 canary_random(u64 *seed)
{
	/* xorshift64 (Marsaglia 2003) */
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void fill_fp(struct fpsimd_state *fp, u64 *seed)
{
	for (int i = 0; i < 32; i++) {
		fp->v[i][0] = canary_random(seed);
		fp->v[i][1] = canary_random(seed);
	}
	fp->fpsr = canary_random(seed) & CANARY_FPSR;
	fp->fpcr = canary_random(seed) & CANARY_FPCR;
}

static void fill_debug(struct debug_state *d, u64 *seed)
{
	for (int i = 0; i < CANARY_BREAKPOINTS; i++) {
		d->bvr[i] = canary_random(seed) & CANARY_BVR;
		d->bcr[i] = canary_random(seed) & CANARY_BCR;
	}
	for (int i = 0; i < CANARY_WATCHPOINTS; i++) {
		d->wvr[i] = canary_random(seed) & CANARY_BVR;
		d->wcr[i] = canary_random(seed) & CANARY_WCR;
	}
}

static void read_regs(u64 *regs)
{
	unsigned i = 0;

#define R(name, mask) regs[i++] = read_sysreg(name);
	HOST_REGS(R)
#undef R
	regs[i++] = cpu_features.sme ? read_sysreg(TPIDR2_EL0) : 0;
	regs[i++] = read_daif();
}

void canary_host_fill(struct canary_host *h, u64 *seed)
{
#define R(name, mask)                                                         \
	if (mask)                                                             \
		write_sysreg(name, (read_sysreg(name) & ~(u64)(mask)) |       \
		                           (canary_random(seed) & (mask)));
	HOST_REGS(R)
#undef R
	if (cpu_features.sme)
		write_sysreg(TPIDR2_EL0, canary_random(seed));
	memset(&h->debug, 0, sizeof(h->debug));
	fill_debug(&h->debug, seed);
	debug_load(&h->debug);
	debug_save(&h->debug); /* as the CPU keeps it */
	fill_fp(&h->fp, seed);
	fpsimd_load(&h->fp);
	read_regs(h->regs);
}

void canary_host_check(const struct canary_host *h, const struct canary *c)
{
	static const char *const names[] = {
#define R(name, mask) #name,
		HOST_REGS(R)
#undef R
			"TPIDR2_EL0",
		"DAIF",
	};
	struct canary_host now = { 0 };

	read_regs(now.regs);
	debug_save(&now.debug);
	fpsimd_save(&now.fp);
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		if (now.regs[i] != h->regs[i])
			stage_failed("canary: host's %s is 0x%lx, was 0x%lx, "
			             "after vCPU \"%s\"",
			             names[i], now.regs[i], h->regs[i],
			             c->v.name);
	for (int i = 0; i < 32; i++)
		if (memcmp(now.fp.v[i], h->fp.v[i], 16))
			stage_failed("canary: host's V%d changed", i);
	if (now.fp.fpsr != h->fp.fpsr || now.fp.fpcr != h->fp.fpcr)
		stage_failed("canary: host's FPSR or FPCR changed");
	if (memcmp(&now.debug, &h->debug, sizeof(now.debug) - 8))
		stage_failed("canary: host's debug registers changed");
}

/* --- the host's own exceptions ---------------------------------------------- */

static void leave_spin(struct trap_frame *f)
{
	gic_handle();
	if (f->pc != (u64)canary_spinning)
		stage_failed("canary: interrupted at 0x%lx, not in the loop",
		             f->pc);
	/* Whatever the frame says, the program must find. */
	for (int i = 0; i < 31; i++)
		f->x[i] = ~f->x[i];
	f->sp_el0 = ~f->sp_el0;
	f->pc = (u64)canary_spun;
	f->pstate ^= PSTATE_NZCV;
	f->pstate |= DAIF_I;
}

/*
 * The frame must hold every register of the interrupted program, and every
 * register must come from the frame: the handler inverts all.
 */
void canary_host_irqs(unsigned times)
{
	const unsigned slot = SLOT_CURRENT_SPX + SLOT_IRQ;
	void (*old)(struct trap_frame *) = host_trap_handlers[slot];

	host_trap_handlers[slot] = leave_spin;
	for (unsigned i = 0; i < times; i++) {
		u64 daif = mask_all(), broken;

		timer_after(timer_frequency() / 10000);
		broken = canary_spin();
		write_daif(daif);
		for (int n = 0; n <= 32; n++)
			if (broken >> n & 1)
				stage_failed("canary: an interrupt of the "
				             "host changed %s%d",
				             n > 30 ? "SP_EL0/NZCV " : "x", n);
	}
	host_trap_handlers[slot] = old;
}
