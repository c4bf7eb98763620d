/*
 * The vGIC's bookkeeping: who is interrupted by what, and what the registers
 * say.  A "CPU" here plays the list registers.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "05-full/kvm/arm64/vgic.h"

#define CPUS 2
#define LRS 4
#define SPI 40
#define PPI 27

static struct vgic g;
static struct vgic_cpu cpu[CPUS];
static struct vgic_irq spis[64];
static unsigned told[CPUS];

static void changed(struct vgic *vgic, unsigned n)
{
	cr_assert_eq(vgic, &g);
	told[n]++;
}

static void make(void)
{
	memset(&g, 0, sizeof(g));
	memset(cpu, 0, sizeof(cpu));
	memset(told, 0, sizeof(told));
	g.nr_irqs = 96;
	g.spi = spis;
	g.changed = changed;
	g.enabled = true;
	for (unsigned i = 0; i < CPUS; i++) {
		cpu[i].index = i;
		cpu[i].affinity = i;
		cpu[i].vmcr = 0xf0ul << 24;
		vgic_reset_cpu(&cpu[i]);
		g.cpu[i] = &cpu[i];
	}
	g.nr_cpus = CPUS;
	vgic_reset_spis(&g);
}

TestSuite(arm64_vgic, .init = make);

static u64 dist(u64 offset, bool write, u64 value)
{
	cr_assert(vgic_dist_access(&g, &cpu[0], BY_GUEST, offset, write, 4,
	                           &value));
	return value;
}

static u64 redist(unsigned n, u64 offset, bool write, u64 value)
{
	cr_assert(vgic_redist_access(&g, &cpu[n], BY_GUEST, offset, write, 4,
	                             &value));
	return value;
}

static void enable(u32 intid)
{
	if (intid < 32)
		for (unsigned i = 0; i < CPUS; i++)
			redist(i, 0x10100, true, 1u << intid);
	else
		dist(0x100 + intid / 32 * 4, true, 1u << intid % 32);
}

/* What the CPU does when the guest acknowledges: the interrupt, or 1023. */
static u32 ack(struct vgic_cpu *c)
{
	for (unsigned i = 0; i < c->used; i++)
		if (c->lr[i] & LR_PENDING) {
			c->lr[i] = (c->lr[i] & ~LR_PENDING) | LR_ACTIVE;
			return LR_INTID(c->lr[i]);
		}
	return 1023;
}

static void end(struct vgic_cpu *c, u32 intid)
{
	for (unsigned i = 0; i < c->used; i++)
		if (LR_INTID(c->lr[i]) == intid)
			c->lr[i] &= ~LR_ACTIVE;
}

static void flush(unsigned n)
{
	vgic_fold(&g, &cpu[n]);
	vgic_fill(&g, &cpu[n], LRS);
}

Test(arm64_vgic, level_follows_the_line)
{
	enable(SPI);
	vgic_set_line(&g, &cpu[0], SPI, true);
	cr_assert_gt(told[0], 0);
	flush(0);
	cr_assert_eq(cpu[0].used, 1);
	cr_assert(cpu[0].lr[0] & LR_EOI, "we must look when it ends");
	cr_assert_eq(ack(&cpu[0]), SPI);
	end(&cpu[0], SPI);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), SPI, "still high: again");
	vgic_set_line(&g, &cpu[0], SPI, false);
	end(&cpu[0], SPI);
	flush(0);
	cr_assert_eq(cpu[0].used, 0);
	cr_assert_eq(g.live[0], 0);
	cr_assert_eq(g.live_words, 0);
}

Test(arm64_vgic, live_words_say_which_of_live_to_look_at)
{
	enable(SPI);
	enable(SPI + 1);
	enable(70);
	vgic_set_line(&g, &cpu[0], SPI, true);
	vgic_set_line(&g, &cpu[0], SPI + 1, true);
	vgic_set_line(&g, &cpu[0], 70, true);
	cr_assert_eq(g.live_words, 3);
	vgic_set_line(&g, &cpu[0], SPI, false);
	cr_assert_eq(g.live_words, 3, "one of two is left");
	vgic_set_line(&g, &cpu[0], SPI + 1, false);
	cr_assert_eq(g.live_words, 2);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), 70);
}

Test(arm64_vgic, level_lowered_before_it_was_taken)
{
	enable(SPI);
	vgic_set_line(&g, &cpu[0], SPI, true);
	flush(0);
	vgic_set_line(&g, &cpu[0], SPI, false);
	flush(0);
	cr_assert_eq(cpu[0].used, 0);
}

Test(arm64_vgic, edge_is_kept_once)
{
	dist(0xc00 + SPI / 16 * 4, true, 2u << SPI % 16 * 2);
	enable(SPI);
	for (int i = 0; i < 2; i++) {
		vgic_set_line(&g, &cpu[0], SPI, true);
		vgic_set_line(&g, &cpu[0], SPI, false);
	}
	flush(0);
	cr_assert_eq(ack(&cpu[0]), SPI);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), 1023, "two edges before: one interrupt");
	end(&cpu[0], SPI);
	flush(0);
	cr_assert_eq(cpu[0].used, 0);
}

Test(arm64_vgic, edge_during_its_handler_comes_again)
{
	vgic_sgi(&g, &cpu[1], 1); /* SGI 0 to CPU 0 */
	flush(0);
	cr_assert_eq(ack(&cpu[0]), 0);
	vgic_sgi(&g, &cpu[1], 1);
	flush(0);
	cr_assert(cpu[0].lr[0] & LR_ACTIVE);
	cr_assert(cpu[0].lr[0] & LR_PENDING, "active and pending");
	end(&cpu[0], 0);
	cr_assert_eq(ack(&cpu[0]), 0);
	end(&cpu[0], 0);
	flush(0);
	cr_assert_eq(cpu[0].used, 0);
	cr_assert_eq(cpu[0].live, 0);
}

/* Another interrupt's news must not make us forget one that waits in an LR. */
Test(arm64_vgic, edge_survives_folding)
{
	vgic_sgi(&g, &cpu[1], 1);
	flush(0);
	vgic_update(&g, &cpu[0], 0);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), 0);
}

Test(arm64_vgic, sgi_goes_to_those_named)
{
	vgic_sgi(&g, &cpu[0], 5ul << 24 | 3); /* SGI 5, CPUs 0 and 1 */
	cr_assert(cpu[0].priv[5].latch && cpu[1].priv[5].latch);
	make();
	vgic_sgi(&g, &cpu[0], 5ul << 24 | 1ul << 40); /* all others */
	cr_assert(!cpu[0].priv[5].latch && cpu[1].priv[5].latch);
	make();
	vgic_sgi(&g, &cpu[0], 5ul << 24 | 3 | 1ul << 16); /* Aff1 = 1 */
	cr_assert(!cpu[0].priv[5].latch && !cpu[1].priv[5].latch);
	vgic_sgi(&g, &cpu[0], 5ul << 24 | 3 | 1ul << 44); /* from 16 on */
	cr_assert(!cpu[0].priv[5].latch && !cpu[1].priv[5].latch);
}

Test(arm64_vgic, sgis_of_group_0_alone)
{
	redist(1, 0x10080, true, ~(1u << 5)); /* GICR_IGROUPR0 */
	vgic_sgi0(&g, &cpu[0], 5ul << 24 | 3);
	cr_assert(!cpu[0].priv[5].latch && cpu[1].priv[5].latch);
	vgic_sgi(&g, &cpu[0], 5ul << 24 | 3);
	cr_assert(cpu[0].priv[5].latch && cpu[1].priv[5].latch);
}

Test(arm64_vgic, hw_interrupt_names_its_twin)
{
	cpu[0].priv[PPI].hw = true;
	enable(PPI);
	vgic_set_line(&g, &cpu[0], PPI, true);
	flush(0);
	cr_assert(cpu[0].lr[0] & LR_HW);
	cr_assert_eq(BITS(cpu[0].lr[0], 44, 32), PPI);
	ack(&cpu[0]);
	flush(0);
	cr_assert(!(cpu[0].lr[0] & LR_PENDING), "never both with HW");
}

/* Put folds, and before the next entry there is nothing to fold: twice. */
Test(arm64_vgic, in_service_without_a_distributor_over_put_and_load)
{
	enable(SPI);
	vgic_set_line(&g, &cpu[0], SPI, true);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), SPI);
	dist(0, true, 0x10);
	vgic_fold(&g, &cpu[0]);
	flush(0);
	cr_assert_eq(cpu[0].used, 1);
	cr_assert(cpu[0].lr[0] & LR_ACTIVE);
}

Test(arm64_vgic, disabled_is_not_seen)
{
	vgic_set_line(&g, &cpu[0], SPI, true);
	flush(0);
	cr_assert_eq(cpu[0].used, 0);
	enable(SPI);
	flush(0);
	cr_assert_eq(cpu[0].used, 1);
	dist(0x180 + SPI / 32 * 4, true, 1u << SPI % 32);
	flush(0);
	cr_assert_eq(cpu[0].used, 0);
	enable(SPI);
	dist(0, true, 0); /* the whole distributor */
	flush(0);
	cr_assert_eq(cpu[0].used, 0);
}

/* No new interrupts; but the guest can end what it has taken. */
Test(arm64_vgic, distributor_off_in_a_handler)
{
	enable(SPI);
	vgic_set_line(&g, &cpu[0], SPI, true);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), SPI);
	dist(0, true, 0);
	flush(0);
	cr_assert_eq(cpu[0].used, 1);
	end(&cpu[0], SPI);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), 1023, "still high, but the GIC is off");
	dist(0, true, 2);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), SPI);
}

Test(arm64_vgic, edge_while_masked_in_its_handler)
{
	dist(0xc00 + SPI / 16 * 4, true, 2u << SPI % 16 * 2);
	enable(SPI);
	vgic_set_line(&g, &cpu[0], SPI, true);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), SPI);
	dist(0x180 + SPI / 32 * 4, true, 1u << SPI % 32);
	vgic_set_line(&g, &cpu[0], SPI, false);
	vgic_set_line(&g, &cpu[0], SPI, true);
	flush(0);
	end(&cpu[0], SPI);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), 1023, "masked");
	enable(SPI);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), SPI, "not forgotten");
}

/* Set pending by software (GICD_ISPENDR): taken once, and once more. */
Test(arm64_vgic, level_set_by_software_in_its_handler)
{
	enable(SPI);
	dist(0x200 + SPI / 32 * 4, true, 1u << SPI % 32);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), SPI);
	flush(0);
	dist(0x200 + SPI / 32 * 4, true, 1u << SPI % 32);
	flush(0);
	flush(0);
	end(&cpu[0], SPI);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), SPI, "the second");
	end(&cpu[0], SPI);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), 1023, "no third");
}

Test(arm64_vgic, edge_becomes_level)
{
	dist(0xc00 + SPI / 16 * 4, true, 2u << SPI % 16 * 2);
	enable(SPI);
	vgic_set_line(&g, &cpu[0], SPI, true);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), SPI);
	end(&cpu[0], SPI);
	flush(0);
	dist(0xc00 + SPI / 16 * 4, true, 0);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), SPI, "the line is high");
}

Test(arm64_vgic, more_than_list_registers)
{
	for (u32 i = 0; i < 10; i++) {
		u64 reg = 0x400 + (32 + i) / 4 * 4;
		u64 shift = (32 + i) % 4 * 8;

		dist(reg, true,
		     (dist(reg, false, 0) & ~(0xfful << shift)) |
		             (u64)(0xa0 - 8 * i) << shift);
		enable(32 + i);
		vgic_set_line(&g, &cpu[0], 32 + i, true);
	}
	flush(0);
	cr_assert_eq(cpu[0].used, LRS);
	cr_assert(cpu[0].hcr & ICH_HCR_UIE);
	for (u32 i = 0; i < LRS; i++)
		cr_assert_eq(LR_INTID(cpu[0].lr[i]), 41 - i, "by priority");
	/* What is active stays, whatever comes. */
	cr_assert_eq(ack(&cpu[0]), 41);
	flush(0);
	cr_assert_eq(LR_INTID(cpu[0].lr[0]), 41);
	cr_assert(cpu[0].lr[0] & LR_ACTIVE);
}

Test(arm64_vgic, router_moves_an_spi)
{
	u64 value = 1;

	enable(SPI);
	vgic_set_line(&g, &cpu[0], SPI, true);
	flush(0);
	cr_assert_eq(cpu[0].used, 1);
	told[0] = told[1] = 0;
	cr_assert(vgic_dist_access(&g, &cpu[0], BY_GUEST, 0x6000 + 8 * SPI,
	                           true, 8, &value));
	cr_assert(told[0] && told[1], "both must look");
	flush(0);
	flush(1);
	cr_assert_eq(cpu[0].used, 0);
	cr_assert_eq(cpu[1].used, 1);
	value = 77; /* nobody */
	cr_assert(vgic_dist_access(&g, &cpu[0], BY_GUEST, 0x6000 + 8 * SPI,
	                           true, 8, &value));
	flush(1);
	cr_assert_eq(cpu[1].used, 0);
}

/* Who has taken it must end it, wherever the next one goes. */
Test(arm64_vgic, router_moves_an_active_spi)
{
	u64 value = 1;

	enable(SPI);
	vgic_set_line(&g, &cpu[0], SPI, true);
	flush(0);
	cr_assert_eq(ack(&cpu[0]), SPI);
	cr_assert(vgic_dist_access(&g, &cpu[1], BY_GUEST, 0x6000 + 8 * SPI,
	                           true, 8, &value));
	flush(0);
	flush(1);
	cr_assert_eq(cpu[0].used, 1);
	cr_assert_eq(cpu[1].used, 0);
	told[1] = 0;
	end(&cpu[0], SPI);
	flush(0);
	cr_assert_eq(cpu[0].used, 0);
	cr_assert(told[1], "its turn");
	flush(1);
	cr_assert_eq(ack(&cpu[1]), SPI, "the line is still high");
}

Test(arm64_vgic, wants_cpu_respects_mask)
{
	enable(SPI);
	dist(0x400 + SPI, true, 0xa0);
	vgic_set_line(&g, &cpu[0], SPI, true);
	cr_assert(vgic_wants_cpu(&g, &cpu[0]));
	cr_assert(!vgic_wants_cpu(&g, &cpu[1]));
	cpu[0].vmcr = 0xa0ul << 24;
	cr_assert(!vgic_wants_cpu(&g, &cpu[0]));
}

Test(arm64_vgic, registers)
{
	cr_assert_eq(dist(0x4, false, 0) & 0x1f, 96 / 32 - 1);
	cr_assert_eq(dist(0x0, false, 0), 0x52);
	cr_assert_eq(dist(0xffe8, false, 0), 0x30);
	cr_assert_eq(redist(0, 0x8, false, 0), 0);
	cr_assert_eq(redist(1, 0x8, false, 0), 0x110, "the last one");
	cr_assert_eq(redist(1, 0xc, false, 0), 1, "affinity");
	cr_assert_eq(redist(0, 0x14, false, 0), 6, "asleep");
	redist(0, 0x14, true, 0);
	cr_assert_eq(redist(0, 0x14, false, 0), 0);
	cr_assert_eq(redist(0, 0x10100, false, 0), 0xffff, "SGIs are on");
	cr_assert_eq(redist(0, 0x10c00, false, 0), 0xaaaaaaaa, "and edges");
	redist(0, 0x10c00, true, 0);
	cr_assert_eq(redist(0, 0x10c00, false, 0), 0xaaaaaaaa);
	/* The distributor shows nothing of the private ones. */
	cr_assert_eq(dist(0x100, false, 0), 0);
}

/* Save from one, restore into another: nothing is lost. */
Test(arm64_vgic, vmm_moves_state)
{
	u64 value;

	enable(SPI);
	vgic_set_line(&g, &cpu[0], SPI, true);
	cr_assert(vgic_dist_access(&g, &cpu[0], BY_VMM, 0x200 + SPI / 32 * 4,
	                           false, 4, &value));
	cr_assert_eq(value, 0, "the line is not latched");
	value = 1u << SPI % 32;
	cr_assert(vgic_dist_access(&g, &cpu[0], BY_VMM, 0x200 + SPI / 32 * 4,
	                           true, 4, &value));
	cr_assert(g.spi[SPI - 32].latch);
	value = 0;
	cr_assert(vgic_dist_access(&g, &cpu[0], BY_VMM, 0x200 + SPI / 32 * 4,
	                           true, 4, &value));
	cr_assert(!g.spi[SPI - 32].latch, "0 is a value");
}

/* Any access by a guest, anywhere: answered, and nothing else touched. */
Test(arm64_vgic, every_offset_and_size)
{
	for (unsigned size = 1; size <= 8; size *= 2)
		for (u64 offset = 0; offset < VGIC_DIST_SIZE; offset += size) {
			u64 value = ~0ul;

			vgic_dist_access(&g, &cpu[0], BY_GUEST, offset, true,
			                 size, &value);
			vgic_dist_access(&g, &cpu[0], BY_GUEST, offset, false,
			                 size, &value);
		}
	for (unsigned size = 1; size <= 8; size *= 2)
		for (u64 offset = 0; offset < VGIC_REDIST_SIZE;
		     offset += size) {
			u64 value = ~0ul;

			vgic_redist_access(&g, &cpu[1], BY_GUEST, offset, true,
			                   size, &value);
		}
	flush(0);
	flush(1);
	cr_assert_leq(cpu[0].used, LRS);
}
