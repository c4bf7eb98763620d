/*
 * vtimer.c - the guest's timers and their interrupts.
 *
 * Stage 04 has both timers' registers in the CPU while the vCPU is loaded
 * (timer_guest.c).  Here is what happens when one fires.
 *
 * The line is a level: high while the comparator is passed, until the guest
 * sets a new one.  The host gets the physical interrupt, an exit; it must not
 * get it again at once.  So it only drops the priority and leaves the physical
 * interrupt active ("claimed"), which masks it; and the list register carries
 * the HW bit, so that the guest's end of interrupt deactivates both: the next
 * one can come, and the host had nothing to do.
 */
#include "04-arm64-el2/gicv3.h"
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/percpu.h"
#include "05-full/host/lock.h"
#include "05-full/kvm/arm64/arm.h"

#define CNT_CTL_ENABLE BIT(0)
#define CNT_CTL_IMASK BIT(1)

static const struct {
	enum sysreg ctl, cval;
	u8 intid;
} timers[NR_TIMERS] = {
	[VTIMER] = { CNTV_CTL_EL0, CNTV_CVAL_EL0, INTID_GUEST_VTIMER },
	[PTIMER] = { CNTP_CTL_EL0, CNTP_CVAL_EL0, INTID_GUEST_PTIMER },
};

/* What we left active in this CPU's redistributor, as far as we know. */
static bool claimed_here[MAX_CPUS][NR_TIMERS];

/* anchor: claim */
static void claim(unsigned n, bool on)
{
	// not observable here: once true it stays so, which costs time
	claimed_here[this_cpu()->id][n] = on;
	gic_set_active(timers[n].intid, on);
}
/* end: claim */

/* anchor: timer_fired */
/*
 * The host took it: EOI has been, the active state stays (gic_on_forwarded).
 * The vCPU looks before its next entry, or now, if it is about to sleep.
 */
static void fired(unsigned n)
{
	struct vcpu *v = this_cpu()->loaded;

	// not observable here: the next flush claims it once more
	claimed_here[this_cpu()->id][n] = true;
	if (!v) {
		/* Fired while being put away: nobody's. */
		claim(n, false); // not observable here: a race of put
		return;
	}
	kvm_make_request(to_kvm_vcpu(v), KVM_REQ_IRQ);
	kvm_vcpu_kick(to_kvm_vcpu(v)); // not observable here: a race of WFI
}
/* end: timer_fired */

static void vtimer_fired(void)
{
	fired(VTIMER);
}

static void ptimer_fired(void)
{
	fired(PTIMER);
}

void kvm_timer_cpu_init(void)
{
	gic_on_forwarded(INTID_GUEST_VTIMER, vtimer_fired);
	gic_on_forwarded(INTID_GUEST_PTIMER, ptimer_fired);
}

/* May it interrupt, when its time has come? */
static inline bool is_on(u64 ctl)
{
	return (ctl & (CNT_CTL_ENABLE | CNT_CTL_IMASK)) == CNT_CTL_ENABLE;
}

/* anchor: timer_update */
/*
 * The vCPU is loaded, its timers are in this CPU.  By the counter, not by
 * ISTATUS: QEMU sets that bit in a thread of its own, perhaps a little after
 * the host's timer, which fires at the same time and wakes the vCPU.  It would
 * go to sleep again, with no timer left to wake it.
 */
static inline bool line_of(const struct kvm_vcpu *v, unsigned n)
{
	u64 ctl = n == VTIMER ? read_sysreg(CNTV_CTL_EL02) :
	                        read_sysreg(CNTP_CTL_EL02);
	u64 now;

	if (!is_on(ctl))
		return false;
	now = read_sysreg(CNTPCT_EL0);
	if (n == PTIMER) /* its comparator has the offset in it */
		return read_sysreg(CNTP_CVAL_EL02) <= now;
	return read_sysreg(CNTV_CVAL_EL02) <= now - v->arch.cpu.cntvoff;
}

/*
 * Claimed must be what is pending or active for the guest, and nothing else:
 * without the claim the host is interrupted again and again, and with a claim
 * that no end of interrupt will undo the timer never fires again.
 */
static inline bool is_news(const struct kvm_vcpu *v, unsigned n, bool line,
                           bool claimed)
{
	const struct vgic_irq *irq = &v->arch.vgic.priv[timers[n].intid];

	return (irq->line ^ line) | ((line | irq->active) ^ claimed);
}

static void tell(struct kvm_vcpu *v, unsigned n, bool line)
{
	struct vgic_cpu *c = &v->arch.vgic;
	struct vgic_irq *irq = &c->priv[timers[n].intid];
	bool want = line || irq->active;

	irq->line = line;
	vgic_note_live(&v->kvm->arch.vgic, c, timers[n].intid);
	if (want != claimed_here[this_cpu()->id][n])
		claim(n, want);
}

/* At each load, and mostly for nothing: so the question is short. */
bool kvm_timer_news(const struct kvm_vcpu *v)
{
	const bool *claimed = claimed_here[this_cpu()->id];

	return is_news(v, VTIMER, line_of(v, VTIMER), claimed[VTIMER]) ||
	       is_news(v, PTIMER, line_of(v, PTIMER), claimed[PTIMER]);
}

void kvm_timer_tell(struct kvm_vcpu *v)
{
	tell(v, VTIMER, line_of(v, VTIMER));
	tell(v, PTIMER, line_of(v, PTIMER));
}

void kvm_timer_update(struct kvm_vcpu *v)
{
	if (kvm_timer_news(v))
		kvm_timer_tell(v);
}
/* end: timer_update */

bool kvm_timer_pending(struct kvm_vcpu *v)
{
	bool pending;

	preempt_disable();
	pending = line_of(v, VTIMER) || line_of(v, PTIMER);
	preempt_enable();
	return pending;
}

/* anchor: timer_block */
/* ns until a timer fires; ~0: never. */
static u64 time_left(struct kvm_vcpu *v, unsigned n)
{
	u64 ctl = vcpu_read_sys(&v->arch.cpu, timers[n].ctl);
	u64 now = read_sysreg(CNTPCT_EL0) - v->arch.cpu.cntvoff;
	u64 cval = vcpu_read_sys(&v->arch.cpu, timers[n].cval);
	u64 hz = arch_ticks_hz(), century = hz * 3155760000, ticks;

	if (!is_on(ctl))
		return ~0ull;
	if (cval <= now)
		return 0;
	ticks = MIN(cval - now, century); /* no overflow below */
	return ticks / hz * 1000000000 + ticks % hz * 1000000000 / hz + 1;
}

/* The vCPU is going to sleep, and with it its timers: the host has one. */
void kvm_timer_block(struct kvm_vcpu *v)
{
	u64 ns;

	preempt_disable();
	ns = MIN(time_left(v, VTIMER), time_left(v, PTIMER));
	if (ns != ~0ull) {
		ktimer_start(&v->arch.alarm, clock_ns() + ns);
		// not observable here: it wakes once more, for nothing
		v->arch.todo |= TODO_ALARM;
	}
	preempt_enable();
}

void kvm_timer_unblock(struct kvm_vcpu *v)
{
	// not observable here: it wakes once more, for nothing
	ktimer_cancel(&v->arch.alarm);
}

static void ring(struct ktimer *t)
{
	struct kvm_vcpu *v =
		(void *)((char *)t - offsetof(struct kvm_vcpu, arch.alarm));

	wake_all(&v->wq);
}
/* end: timer_block */

void kvm_timer_note_lines(struct kvm_vcpu *v)
{
	struct vgic_cpu *c = &v->arch.vgic;

	for (unsigned n = 0; n < NR_TIMERS; n++) {
		c->priv[timers[n].intid].line = !time_left(v, n);
		vgic_note_live(&v->kvm->arch.vgic, c, timers[n].intid);
	}
}

void kvm_timer_init(struct kvm_vcpu *v)
{
	v->arch.alarm.fn = ring;
	v->arch.alarm.cpu = -1;
	for (unsigned n = 0; n < NR_TIMERS; n++)
		v->arch.vgic.priv[timers[n].intid].hw = true;
}
