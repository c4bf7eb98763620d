/*
 * vgic_hw.c - the vGIC and the CPU: list registers, load and put, and who
 * must be interrupted.
 */
#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/percpu.h"
#include "05-full/host/lock.h"
#include "05-full/kvm/arm64/arm.h"
#include "05-full/kvm/arm64/vgic_insn.h"

/* "An interrupt of the virtual interface": SBSA's number for it. */
#define INTID_MAINTENANCE 25

/* ICH_HCR_EL2 while no guest with a vGIC is loaded: ICC_ registers trap. */
#define ICH_HCR_NOBODY (BIT(10) | BIT(11) | BIT(12)) /* TC, TALL0, TALL1 */

/* ICH_VTR_EL2 (12.4.9): what there is. */
static unsigned nr_lrs, nr_aprs;

/*
 * It was an exit from the guest, that is all we want: kvm_vgic_flush will look.
 * Off meanwhile, or it would come again and again.
 */
static void maintenance(void)
{
	struct vcpu *v = this_cpu()->loaded;

	write_sysreg(ICH_HCR_EL2, ICH_HCR_NOBODY);
	if (v)
		kvm_make_request(to_kvm_vcpu(v), KVM_REQ_IRQ);
}

void kvm_vgic_cpu_init(void)
{
	u64 vtr = read_ich_vtr();

	nr_lrs = MIN((unsigned)BITS(vtr, 4, 0) + 1, VGIC_LRS);
	nr_aprs = 1u << MIN((unsigned)BITS(vtr, 28, 26) + 1 - 5, 2u);
	gic_on(INTID_MAINTENANCE, maintenance);
}

/* anchor: read_lrs */
static inline void read_lrs(struct vgic_cpu *c)
{
	for (unsigned i = 0; i < c->used; i++)
		c->lr[i] = read_ich_lr(i);
	c->vmcr = read_ich_vmcr(); // not observable here: a race of WFI
}

/* Those that are not used any more must say so: 0 is "invalid". */
static inline void write_lrs(struct vgic_cpu *c, unsigned before)
{
	for (unsigned i = 0; i < c->used; i++)
		write_ich_lr(i, c->lr[i]);
	for (unsigned i = c->used; i < before; i++)
		write_ich_lr(i, 0);
	write_sysreg(ICH_HCR_EL2, c->hcr);
}
/* end: read_lrs */

/* anchor: vgic_flush */
/*
 * The timer before the vGIC: its line is an interrupt to the vGIC.  And both
 * after the list registers were read: an interrupt that the guest has ended
 * may be pending again.
 */
void kvm_vgic_flush(struct kvm_vcpu *v)
{
	struct vgic *g = &v->kvm->arch.vgic;
	struct vgic_cpu *c = &v->arch.vgic;
	unsigned before = c->used;
	u64 flags = spin_lock_irq(&g->lock);

	read_lrs(c);
	vgic_fold(g, c);
	kvm_timer_update(v);
	vgic_fill(g, c, nr_lrs);
	write_lrs(c, before);
	spin_unlock_irq(&g->lock, flags);
}

bool kvm_vgic_pending(struct kvm_vcpu *v)
{
	struct vgic *g = &v->kvm->arch.vgic;
	struct vgic_cpu *c = &v->arch.vgic;
	u64 flags = spin_lock_irq(&g->lock);
	unsigned before = c->used;
	bool pending;

	read_lrs(c);
	vgic_fold(g, c);
	kvm_timer_update(v); // not observable here: its alarm rings
	pending = vgic_wants_cpu(g, c);
	vgic_fill(g, c, nr_lrs);
	write_lrs(c, before); // not observable here: a race of WFI
	spin_unlock_irq(&g->lock, flags);
	return pending;
}
/* end: vgic_flush */

/*
 * CPUs with more than 32 active priorities (ICH_VTR_EL2.PREbits).  QEMU has
 * none, so `make mutate` leaves these out: nothing here could notice.
 */
static inline void write_more_aprs(const u64 apr[2][4])
{
	write_ich_ap0r1(apr[0][1]);
	write_ich_ap1r1(apr[1][1]);
	if (nr_aprs == 2)
		return;
	write_ich_ap0r2(apr[0][2]);
	write_ich_ap1r2(apr[1][2]);
	write_ich_ap0r3(apr[0][3]);
	write_ich_ap1r3(apr[1][3]);
}

static inline void read_more_aprs(u64 apr[2][4])
{
	apr[0][1] = read_ich_ap0r1();
	apr[1][1] = read_ich_ap1r1();
	if (nr_aprs == 2)
		return;
	apr[0][2] = read_ich_ap0r2();
	apr[1][2] = read_ich_ap1r2();
	apr[0][3] = read_ich_ap0r3();
	apr[1][3] = read_ich_ap1r3();
}

/* anchor: vgic_load */
/* C14: what the switch need not do, because the host has no such interface. */
static void write_aprs(const u64 apr[2][4])
{
	write_ich_ap0r0(apr[0][0]);
	write_ich_ap1r0(apr[1][0]);
	if (nr_aprs > 1)
		write_more_aprs(apr); // not observable here: QEMU has one
}

static void read_aprs(u64 apr[2][4])
{
	apr[0][0] = read_ich_ap0r0();
	apr[1][0] = read_ich_ap1r0();
	if (nr_aprs > 1)
		read_more_aprs(apr); // not observable here: QEMU has one
}

/* Not inline: mostly the timers have no news. */
static __attribute__((noinline)) void hear_timers(struct kvm_vcpu *v)
{
	struct vgic *g = &v->kvm->arch.vgic;

	spin_lock(&g->lock); // not observable here: a race of two CPUs
	kvm_timer_tell(v);   // not observable here: the next flush does it
	spin_unlock(&g->lock);
}

/*
 * The list registers are empty, and what is live gets one at the next entry
 * (B14): this may be an ioctl's load, with no entry.  So a vCPU that has no
 * interrupt loads and puts the interface's few registers, and nothing else.
 */
static void vgic_load(struct vcpu *cpu)
{
	struct kvm_vcpu *v = to_kvm_vcpu(cpu);
	struct vgic_cpu *c = &v->arch.vgic;
	struct vgic *g = &v->kvm->arch.vgic;

	if (!g->ready)
		return;
	write_ich_vmcr(c->vmcr);
	write_aprs(c->apr);
	write_sysreg(ICH_HCR_EL2, ICH_HCR_EN);
	if (kvm_timer_news(v))
		hear_timers(v); // not observable here: the next flush does it
	if (c->live | g->live_words)
		v->arch.todo |= TODO_VGIC;
}

/* Seldom: an interrupt that the guest has not ended. */
static __attribute__((noinline)) void put_lrs(struct vgic *g,
                                              struct vgic_cpu *c)
{
	unsigned before = c->used;

	read_lrs(c);
	spin_lock(&g->lock); // not observable here: a race of two CPUs
	vgic_fold(g, c);
	spin_unlock(&g->lock);
	write_lrs(c, before);
}

/* Not the timers: at the next load they are asked, or when the VMM asks. */
static void vgic_put(struct vcpu *cpu)
{
	struct kvm_vcpu *v = to_kvm_vcpu(cpu);
	struct vgic_cpu *c = &v->arch.vgic;
	struct vgic *g = &v->kvm->arch.vgic;

	if (!g->ready)
		return;
	c->vmcr = read_ich_vmcr();
	read_aprs(c->apr);
	if (c->used)
		put_lrs(g, c);
	write_sysreg(ICH_HCR_EL2, ICH_HCR_NOBODY);
}
/* end: vgic_load */

const struct switch_block kvm_blocks[] = {
	{ vgic_load, vgic_put },
	{ NULL, NULL },
};

/* anchor: changed */
/* Some interrupt of a vCPU has changed: it looks before its next entry. */
static void changed(struct vgic *g, unsigned cpu)
{
	struct kvm *kvm =
		(void *)((char *)g - offsetof(struct kvm, arch.vgic));
	struct kvm_vcpu *v = kvm->vcpu[cpu];

	if (!v || v->requests & KVM_REQ_IRQ)
		return; /* somebody has told it already, and it has not looked */
	kvm_make_request(v, KVM_REQ_IRQ);
	kvm_vcpu_kick(v);
}
/* end: changed */

void kvm_vgic_create_cpu(struct kvm_vcpu *v)
{
	struct vgic *g = &v->kvm->arch.vgic;
	struct vgic_cpu *c = &v->arch.vgic;

	c->index = v->index;
	c->affinity = v->arch.cpu.mpidr & MASK(39, 0) & ~MASK(31, 24);
	vgic_reset_cpu(c);
	g->changed = changed;
	g->cpu[v->index] = c;
	g->nr_cpus = v->index + 1;
}

void kvm_vgic_inject(struct kvm *kvm, struct vgic_cpu *c, u32 intid, bool high)
{
	u64 flags = spin_lock_irq(&kvm->arch.vgic.lock);

	vgic_set_line(&kvm->arch.vgic, c, intid, high);
	spin_unlock_irq(&kvm->arch.vgic.lock, flags);
}

/* anchor: vgic_mmio */
/* The guest's own list registers are folded first: it shall see the truth. */
static bool access_at(struct kvm_vcpu *v, struct vgic_cpu *c, u64 offset,
                      bool write, unsigned size, u64 *value)
{
	struct vgic *g = &v->kvm->arch.vgic;
	u64 flags = spin_lock_irq(&g->lock);
	unsigned before = v->arch.vgic.used;
	bool done;

	read_lrs(&v->arch.vgic);
	vgic_fold(g, &v->arch.vgic);
	done = c ? vgic_redist_access(g, c, BY_GUEST, offset, write, size,
	                              value) :
	           vgic_dist_access(g, &v->arch.vgic, BY_GUEST, offset, write,
	                            size, value);
	kvm_timer_update(v);
	vgic_fill(g, &v->arch.vgic, nr_lrs);
	write_lrs(&v->arch.vgic, before);
	spin_unlock_irq(&g->lock, flags);
	if (!done && !write)
		*value = 0;
	return true;
}

bool kvm_vgic_mmio(struct kvm_vcpu *v, u64 gpa, bool write, unsigned size,
                   u64 *value)
{
	struct vgic *g = &v->kvm->arch.vgic;
	u64 n;

	if (!g->ready)
		return false;
	if (gpa - g->dist < VGIC_DIST_SIZE)
		return access_at(v, NULL, gpa - g->dist, write, size, value);
	n = (gpa - g->redist) / VGIC_REDIST_SIZE;
	if (gpa < g->redist || n >= g->nr_cpus)
		return false;
	return access_at(v, g->cpu[n], (gpa - g->redist) % VGIC_REDIST_SIZE,
	                 write, size, value);
}
/* end: vgic_mmio */

void kvm_vgic_sgi(struct kvm_vcpu *v, u64 value)
{
	struct vgic *g = &v->kvm->arch.vgic;
	u64 flags = spin_lock_irq(&g->lock);

	vgic_sgi(g, &v->arch.vgic, value);
	spin_unlock_irq(&g->lock, flags);
}

void kvm_vgic_sgi0(struct kvm_vcpu *v, u64 value)
{
	struct vgic *g = &v->kvm->arch.vgic;
	u64 flags = spin_lock_irq(&g->lock);

	vgic_sgi0(g, &v->arch.vgic, value);
	spin_unlock_irq(&g->lock, flags);
}
