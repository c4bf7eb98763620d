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
	u32 live;   /* which of these may need a list register */
	bool awake; /* GICR_WAKER.ProcessorSleep is 0 */

	/* The CPU interface while the vCPU is not loaded. */
	u64 lr[VGIC_LRS];
	u64 vmcr, apr[2][4]; /* priorities in service, groups 0 and 1 */
	u64 hcr;             /* of ICH_HCR_EL2 */
	unsigned used;       /* list registers in use, from 0 */
	bool loaded;         /* they are in the CPU */
	u64 redist;          /* where this vCPU's redistributor is */
};

/* The VM's part. */
struct vgic {
	struct spinlock lock; /* interrupts off; all of struct vgic_irq too */
	bool created, ready;  /* KVM_CREATE_DEVICE; initialized */
	bool enabled;         /* GICD_CTLR.EnableGrp1 */
	u64 dist;             /* where the distributor is, or VGIC_UNSET */
	u64 redist_base, redist_count; /* one region; 0: as many as vCPUs */
	unsigned nr_irqs;     /* with the private ones; 0: not chosen */
	struct vgic_irq *spi; /* [nr_irqs - 32] */
	u64 live[VGIC_MAX / 64];
};
