/*
 * irq_life.c - interrupt controllers come and go with a VM and its vCPUs.
 */
#include "01-vmxon/pages.h"
#include "05-full/host/memory.h"
#include "05-full/kvm/x86/apicv.h"
#include "05-full/kvm/x86/irqchip.h"

static void pit_alarm(struct ktimer *t)
{
	struct irqchip *chip =
		(void *)((char *)t - offsetof(struct irqchip, pit_alarm));
	u64 flags = spin_lock_irq(&chip->lock);

	/* Programmed anew, or stopped, while we waited for the lock? */
	if (chip->pit.deadline && chip->pit.deadline <= clock_ns())
		pit_expired(&chip->pit);
	spin_unlock_irq(&chip->lock, flags);
}

s64 kvm_create_irqchip(struct kvm *kvm)
{
	struct irqchip *chip;

	if (kvm->arch.irqchip)
		return -EEXIST;
	if (kvm->nr_vcpus)
		return -EINVAL;
	chip = kmalloc(sizeof(*chip));
	if (!chip)
		return -ENOMEM;
	chip->kvm = kvm;
	chip->pit_alarm.fn = pit_alarm;
	vioapic_reset(&chip->ioapic);
	pic_reset(&chip->pic);
	kvm_default_routes(chip);
	kvm->arch.irqchip = chip;
	return 0;
}

s64 kvm_create_pit(struct kvm *kvm)
{
	struct irqchip *chip = kvm->arch.irqchip;

	if (!chip)
		return -ENOENT;
	if (chip->has_pit)
		return -EEXIST;
	pit_reset(&chip->pit);
	chip->has_pit = true;
	return 0;
}

static void stop_pit(struct irqchip *chip)
{
	u64 flags = spin_lock_irq(&chip->lock);

	chip->pit.deadline = 0;
	spin_unlock_irq(&chip->lock, flags);
	ktimer_cancel(&chip->pit_alarm);
}

void kvm_destroy_irqchip(struct kvm *kvm)
{
	struct irqchip *chip = kvm->arch.irqchip;

	if (!chip)
		return;
	stop_pit(chip);
	kfree(chip);
	kvm->arch.irqchip = NULL;
}

static void lapic_alarm(struct ktimer *t)
{
	struct kvm_vcpu *v =
		(void *)((char *)t - offsetof(struct kvm_vcpu, arch.alarm));

	vlapic_timer_expired(v->arch.lapic);
}

int kvm_irqchip_add_vcpu(struct kvm_vcpu *v, bool is_boot)
{
	struct lapic *a;

	if (!v->kvm->arch.irqchip)
		return 0;
	a = kmalloc(sizeof(*a));
	if (!a)
		return -ENOMEM;
	a->page = frames_alloc(0);
	if (!a->page) {
		kfree(a);
		return -ENOMEM;
	}
	a->owner = v;
	a->id = v->id;
	v->arch.alarm.fn = lapic_alarm;
	vlapic_reset(a, false);
	v->arch.lapic = a;
	v->arch.mp_state =
		is_boot ? KVM_MP_STATE_RUNNABLE : KVM_MP_STATE_UNINITIALIZED;
	apicv_init(v);
	return 0;
}

void kvm_irqchip_remove_vcpu(struct kvm_vcpu *v)
{
	struct lapic *a = v->arch.lapic;

	if (!a)
		return;
	/* On another CPU it may be about to interrupt this very LAPIC. */
	stop_pit(v->kvm->arch.irqchip);
	ktimer_cancel(&v->arch.alarm);
	v->arch.lapic = NULL;
	frames_free(a->page, 0);
	kfree(a);
}
