/*
 * vgic.h - the guest's interrupt controller, a GICv3 (Arm IHI 0069).
 *
 *   distributor      shared interrupts (SPIs), by MMIO        vgic_mmio.c
 *   redistributors   each vCPU's SGIs and PPIs, by MMIO       vgic_mmio.c
 *   CPU interface    ICC_ registers: the CPU itself plays it, from a few
 *                    "list registers" (ICH_LR<n>_EL2) that we fill vgic_lr.c
 *
 * What an interrupt is lies in struct vgic_irq.  While its vCPU may run, a
 * list register may know better: vgic_fold reads those back, vgic_fill writes
 * them anew.  Both happen only when something has changed (KVM_REQ_IRQ).
 */
#pragma once

#include "lib/spinlock.h"
#include "lib/types.h"

#define VGIC_SGIS 16
#define VGIC_PRIVATE 32 /* SGIs and PPIs */
#define VGIC_MAX 1024   /* INTIDs 1020-1023 are special */
#define VGIC_LRS 16
#define VGIC_UNSET (~0ull) /* an address that nobody chose yet */

struct vgic_irq {
	u8 priority;
	u8 target; /* an SPI's: index of the vCPU */
	u8 holder; /* the vCPU that has taken it and not yet ended it */
	bool enabled;
	bool edge;   /* else level */
	bool line;   /* the wire, as the device drives it */
	bool latch;  /* pending by an edge, or by software */
	bool active; /* taken by the guest, not yet ended */
	bool group1;
	bool hw;    /* the guest's end also ends the physical one */
	u64 router; /* GICD_IROUTER as written */
};

/* Each vCPU's part. */
struct vgic_cpu {
	struct vgic_irq priv[VGIC_PRIVATE];
	u32 live;       /* which of these may need a list register */
	bool awake;     /* GICR_WAKER.ProcessorSleep is 0 */
	bool holds;     /* it had taken one that it has yet to end */
	unsigned index; /* of the vCPU */
	u64 affinity;   /* as in MPIDR_EL1, bits 39:32 and 23:0 */

	/* The CPU interface while the vCPU is not loaded. */
	u64 lr[VGIC_LRS];
	u64 vmcr, apr[2][4]; /* priorities in service, groups 0 and 1 */
	u64 hcr;             /* of ICH_HCR_EL2 */
	unsigned used;       /* list registers in use, from 0 */
};

/* The VM's part. */
struct vgic {
	struct spinlock lock; /* interrupts off; all of struct vgic_irq too */
	bool created, ready;  /* KVM_CREATE_DEVICE; initialized */
	bool enabled;         /* GICD_CTLR.EnableGrp1 */
	u64 dist;             /* where the distributor is, or VGIC_UNSET */
	u64 redist;           /* the first vCPU's redistributor */
	u64 redist_count;     /* how many fit there; 0: all */
	unsigned nr_irqs;     /* with the private ones; 0: not chosen */
	struct vgic_irq *spi; /* [nr_irqs - 32] */
	u64 live[VGIC_MAX / 64];
	u32 live_words;          /* a bit for each of these that is not 0 */
	struct vgic_cpu *cpu[8]; /* by index of the vCPU */
	unsigned nr_cpus;
	/* Told when an interrupt's state may matter to that vCPU. */
	void (*changed)(struct vgic *g, unsigned cpu);
};

/* ICH_LR<n>_EL2 (12.4.6). */
#define LR_PENDING BIT(62)
#define LR_ACTIVE BIT(63)
#define LR_HW BIT(61)
#define LR_GROUP1 BIT(60)
#define LR_EOI BIT(41) /* tell us when the guest ends it */
#define LR_INTID(lr) ((u32)(lr))

/* ICH_HCR_EL2 (12.4.3). */
#define ICH_HCR_EN BIT(0)
#define ICH_HCR_UIE BIT(1) /* tell us when at most one is in use */

/* ICH_VMCR_EL2 (12.4.8), parts of. */
#define VMCR_PMR(vmcr) BITS(vmcr, 31, 24)

/* Whose list register it belongs into: who has taken it must end it. */
static inline unsigned vgic_cpu_of(const struct vgic_irq *irq)
{
	return irq->active ? irq->holder : irq->target;
}

/* --- vgic.c: state; all with g->lock held ---------------------------------- */
/* vgic_reset_cpu - one more vCPU's private interrupts, as after a reset. */
void vgic_reset_cpu(struct vgic_cpu *c);
/* vgic_reset_spis - g->spi[] as after a reset. */
void vgic_reset_spis(struct vgic *g);
/* vgic_irq - by INTID, seen from a vCPU; NULL: there is none. */
struct vgic_irq *vgic_irq(struct vgic *g, struct vgic_cpu *c, u32 intid);
/* vgic_note_live - keep the two bitmaps of live ones right. */
void vgic_note_live(struct vgic *g, struct vgic_cpu *c, u32 intid);
/* vgic_update - the state has changed: who must look at it? */
void vgic_update(struct vgic *g, struct vgic_cpu *c, u32 intid);
/* vgic_set_line - a device's wire, or a timer's; edges are noticed. */
void vgic_set_line(struct vgic *g, struct vgic_cpu *c, u32 intid, bool high);
/* vgic_sgi - a guest's write of ICC_SGI1R_EL1. */
void vgic_sgi(struct vgic *g, struct vgic_cpu *from, u64 value);
/* vgic_sgi0 - of ICC_SGI0R_EL1 or ICC_ASGI1R_EL1: group 0 alone. */
void vgic_sgi0(struct vgic *g, struct vgic_cpu *from, u64 value);

static inline bool vgic_irq_pending(const struct vgic_irq *irq)
{
	return irq->latch || (!irq->edge && irq->line);
}

/* --- vgic_lr.c: c->lr[], also with the lock held ---------------------------- */
/* vgic_fold - what the list registers say, into struct vgic_irq. */
void vgic_fold(struct vgic *g, struct vgic_cpu *c);
/* vgic_fill - the most urgent interrupts of vCPU c into max list registers. */
void vgic_fill(struct vgic *g, struct vgic_cpu *c, unsigned max);
/* vgic_wants_cpu - is there an interrupt that would end a WFI? */
bool vgic_wants_cpu(struct vgic *g, struct vgic_cpu *c);

/* --- vgic_mmio.c: the guest's, or the VMM's, view of the registers ---------- */
enum vgic_who { BY_GUEST, BY_VMM };
/* One access; false: not a register, or not of that size. */
bool vgic_dist_access(struct vgic *g, struct vgic_cpu *c, enum vgic_who who,
                      u64 offset, bool write, unsigned size, u64 *value);
bool vgic_redist_access(struct vgic *g, struct vgic_cpu *c, enum vgic_who who,
                        u64 offset, bool write, unsigned size, u64 *value);
#define VGIC_DIST_SIZE 0x10000
#define VGIC_REDIST_SIZE 0x20000 /* for each vCPU */
