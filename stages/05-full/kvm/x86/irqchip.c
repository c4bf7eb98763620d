/*
 * irqchip.c - from a line or a message to a vCPU; see irqchip.h.
 */
#include "05-full/kvm/x86/irqchip.h"

#include "05-full/host/memory.h"
#include "05-full/kvm/x86/apicv.h"
#include "lib/string.h"

static struct kvm_vcpu *owner(struct lapic *a)
{
	return a->owner;
}

/* --- seams of lapic.c, ioapic.c, pit.c ------------------------------------------- */

u64 vlapic_now(void)
{
	return clock_ns();
}

void vlapic_set_alarm(struct lapic *a, u64 deadline)
{
	struct ktimer *t = &owner(a)->arch.alarm;

	if (deadline)
		ktimer_start(t, deadline);
	else
		ktimer_cancel(t);
}

void vlapic_notify(struct lapic *a)
{
	kvm_make_request(owner(a), KVM_REQ_IRQ);
	kvm_vcpu_kick(owner(a));
}

void vlapic_nmi(struct lapic *a)
{
	__atomic_store_n(&owner(a)->arch.vcpu.events.nmi, true,
	                 __ATOMIC_SEQ_CST);
	vlapic_notify(a);
}

void vlapic_send_message(struct lapic *a, const struct lapic_message *m)
{
	kvm_deliver(owner(a)->kvm, a, m);
}

void vlapic_eoi_broadcast(struct lapic *a, u8 vector)
{
	struct irqchip *chip = owner(a)->kvm->arch.irqchip;
	u64 flags = spin_lock_irq(&chip->lock);

	vioapic_eoi(&chip->ioapic, vector);
	spin_unlock_irq(&chip->lock, flags);
}

static struct irqchip *chip_of_ioapic(struct ioapic *io)
{
	return (void *)((char *)io - offsetof(struct irqchip, ioapic));
}

static struct irqchip *chip_of_pit(struct pit *p)
{
	return (void *)((char *)p - offsetof(struct irqchip, pit));
}

bool vioapic_deliver(struct ioapic *io, const struct lapic_message *m)
{
	return kvm_deliver(chip_of_ioapic(io)->kvm, NULL, m) > 0;
}

/* Which EOIs must exit (with APICv) depends on the table. */
void vioapic_changed(struct ioapic *io)
{
	struct kvm *kvm = chip_of_ioapic(io)->kvm;

	for (u32 i = 0; i < kvm->nr_vcpus; i++)
		if (kvm->vcpu[i]->arch.lapic)
			kvm_make_request(kvm->vcpu[i], KVM_REQ_EOI_EXITS);
}

u64 pit_now(void)
{
	return clock_ns();
}

void pit_set_alarm(struct pit *p, u64 deadline)
{
	if (deadline)
		ktimer_start(&chip_of_pit(p)->pit_alarm, deadline);
}

/* --- messages ------------------------------------------------------------------------ */

static bool concerns(struct kvm_vcpu *v, const struct lapic *source,
                     const struct lapic_message *m)
{
	struct lapic *a = v->arch.lapic;

	switch (m->shorthand) {
	case 1:
		return a == source;
	case 2:
		return true;
	case 3:
		return a != source;
	default:
		return vlapic_is_addressed(a, m);
	}
}

/* Of those with lowest-priority delivery: who has the least to do. */
static bool is_less_busy(const struct lapic *a, const struct lapic *b)
{
	return vlapic_priority(a) < vlapic_priority(b);
}

int kvm_deliver(struct kvm *kvm, const struct lapic *source,
                const struct lapic_message *m)
{
	u32 n = __atomic_load_n(&kvm->nr_vcpus, __ATOMIC_ACQUIRE);
	struct lapic *least = NULL;
	int taken = 0;

	for (u32 i = 0; i < n; i++) {
		struct lapic *a = kvm->vcpu[i]->arch.lapic;

		if (!a || !concerns(kvm->vcpu[i], source, m))
			continue;
		if (m->delivery != APIC_LOWEST)
			taken += vlapic_accept(a, m);
		else if (vlapic_get(a, APIC_SVR) & APIC_SVR_ENABLED &&
		         (!least || is_less_busy(a, least)))
			least = a;
	}
	return least ? vlapic_accept(least, m) : taken;
}

/* A write to feexxxxx (SDM 11.11). */
int kvm_send_msi(struct kvm *kvm, u64 address, u32 data)
{
	struct lapic_message m = {
		.vector = data & 0xff,
		.delivery = BITS(data, 10, 8),
		.level = BITS(data, 15, 15),
		.assert = true,
		.logical = BITS(address, 2, 2),
		.destination = BITS(address, 19, 12),
	};

	if (m.destination == 0xff)
		m.destination = ~0u;
	return kvm_deliver(kvm, NULL, &m);
}

/* --- lines ---------------------------------------------------------------------------------- */

void kvm_default_routes(struct irqchip *chip)
{
	u32 n = 0;

	for (u32 gsi = 0; gsi < IOAPIC_PINS; gsi++) {
		struct kvm_irq_routing_entry e = {
			.gsi = gsi,
			.type = KVM_IRQ_ROUTING_IRQCHIP,
			.u.irqchip = { KVM_IRQCHIP_IOAPIC, gsi },
		};

		chip->route[n++] = e;
		if (gsi >= 16)
			continue;
		e.u.irqchip.irqchip = gsi < 8 ? KVM_IRQCHIP_PIC_MASTER :
		                                KVM_IRQCHIP_PIC_SLAVE;
		e.u.irqchip.pin = gsi % 8;
		chip->route[n++] = e;
	}
	chip->nr_routes = n;
}

/* The PIC's output is LINT0 of the boot CPU, and of those that allow it. */
static void tell_pic(struct irqchip *chip)
{
	for (u32 i = 0; chip->pic.output && i < chip->kvm->nr_vcpus; i++) {
		struct lapic *a = chip->kvm->vcpu[i]->arch.lapic;

		if (a && vlapic_accepts_pic(a))
			vlapic_notify(a);
	}
}

static int set_pin(struct irqchip *chip, const struct kvm_irq_routing_entry *e,
                   bool level)
{
	u32 pin = e->u.irqchip.pin;
	int moved;

	switch (e->u.irqchip.irqchip) {
	case KVM_IRQCHIP_IOAPIC:
		return vioapic_set(&chip->ioapic, pin, level);
	case KVM_IRQCHIP_PIC_SLAVE:
		pin += 8;
		break;
	}
	moved = pic_set(&chip->pic, pin, level);
	tell_pic(chip);
	return moved;
}

static int set_line_locked(struct irqchip *chip, u32 gsi, bool level)
{
	int moved = 0;

	for (u32 i = 0; i < chip->nr_routes; i++) {
		const struct kvm_irq_routing_entry *e = &chip->route[i];

		if (e->gsi != gsi)
			continue;
		if (e->type == KVM_IRQ_ROUTING_MSI)
			moved += level ? kvm_send_msi(chip->kvm,
			                              e->u.msi.address_lo,
			                              e->u.msi.data) :
			                 0;
		else
			moved += set_pin(chip, e, level);
	}
	return moved;
}

int kvm_set_line(struct kvm *kvm, u32 gsi, bool level)
{
	struct irqchip *chip = kvm->arch.irqchip;
	u64 flags = spin_lock_irq(&chip->lock);
	int moved = set_line_locked(chip, gsi, level);

	spin_unlock_irq(&chip->lock, flags);
	return moved;
}

void pit_pulse(struct pit *p)
{
	set_line_locked(chip_of_pit(p), 0, true);
	set_line_locked(chip_of_pit(p), 0, false);
}

/* --- a vCPU's interrupts ------------------------------------------------------------------------ */

static bool pic_waits(struct kvm_vcpu *v)
{
	return v->kvm->arch.irqchip && v->kvm->arch.irqchip->pic.output &&
	       v->arch.lapic && vlapic_accepts_pic(v->arch.lapic);
}

/* Another CPU may move its lines at any time. */
static int pic_offer(struct irqchip *chip)
{
	u64 flags = spin_lock_irq(&chip->lock);
	int irq = chip->pic.output ? pic_vector(&chip->pic) : NO_VECTOR;

	spin_unlock_irq(&chip->lock, flags);
	return irq;
}

int kvm_next_irq(struct kvm_vcpu *v)
{
	int irq = NO_VECTOR;

	if (v->arch.queued_irq != NO_VECTOR)
		return v->arch.queued_irq;
	if (!v->arch.lapic)
		return NO_VECTOR;
	if (v->arch.lapic->hardware_vid)
		apicv_sync_irr(v);
	if (pic_waits(v))
		irq = pic_offer(v->kvm->arch.irqchip);
	v->arch.from_pic = irq != NO_VECTOR;
	if (v->arch.from_pic)
		return irq;
	return v->arch.lapic->hardware_vid ? NO_VECTOR :
	                                     vlapic_pending(v->arch.lapic);
}

void kvm_irq_taken(struct kvm_vcpu *v, u8 vector)
{
	struct irqchip *chip = v->kvm->arch.irqchip;

	if (v->arch.queued_irq == vector) {
		v->arch.queued_irq = NO_VECTOR;
		return;
	}
	if (v->arch.from_pic) {
		u64 flags = spin_lock_irq(&chip->lock);

		pic_ack(&chip->pic, vector);
		spin_unlock_irq(&chip->lock, flags);
	} else {
		vlapic_ack(v->arch.lapic, vector);
		apicv_page_changed(v);
	}
	/* There may be another one behind it. */
	if (pic_waits(v) ||
	    (v->arch.lapic && vlapic_highest_irr(v->arch.lapic) >= 0))
		v->arch.vcpu.events.any = true;
}

bool kvm_irq_waits(struct kvm_vcpu *v)
{
	return pic_waits(v) ||
	       (v->arch.lapic && vlapic_pending(v->arch.lapic) >= 0);
}

bool kvm_init_or_sipi(struct kvm_vcpu *v)
{
	const struct lapic *a = v->arch.lapic;

	if (!a)
		return false;
	return a->init_pending ||
	       (a->sipi_pending &&
	        v->arch.mp_state == KVM_MP_STATE_INIT_RECEIVED);
}

/* anchor: init_sipi */
/* SDM 9.4: INIT resets; a start-up message says where to begin. */
void kvm_accept_init_sipi(struct kvm_vcpu *v)
{
	struct lapic *a = v->arch.lapic;

	if (!a)
		return;
	if (a->init_pending) {
		a->init_pending = false;
		preempt_disable();
		kvm_vcpu_reset(v, true);
		vlapic_reset(a, true);
		apicv_page_changed(v);
		preempt_enable();
		v->arch.mp_state = v->arch.apic_base & APIC_BASE_BSP ?
		                           KVM_MP_STATE_RUNNABLE :
		                           KVM_MP_STATE_INIT_RECEIVED;
	}
	if (a->sipi_pending &&
	    v->arch.mp_state == KVM_MP_STATE_INIT_RECEIVED) {
		a->sipi_pending = false;
		vmcs_write16(GUEST_CS_SELECTOR, (u16)(a->sipi_vector << 8));
		vmcs_writenat(GUEST_CS_BASE, (u64)a->sipi_vector << 12);
		vmcs_writenat(GUEST_RIP, 0);
		v->arch.mp_state = KVM_MP_STATE_RUNNABLE;
	}
}
/* end: init_sipi */

/* --- the guest's accesses -------------------------------------------------------------------------- */

bool kvm_port(struct kvm *kvm, u16 port, int size, bool in, u32 *value)
{
	struct irqchip *chip = kvm->arch.irqchip;
	u8 byte = (u8)*value;
	bool mine;
	u64 flags;

	if (size != 1)
		return false;
	flags = spin_lock_irq(&chip->lock);
	mine = pic_port(&chip->pic, port, in, &byte);
	if (mine && !in)
		tell_pic(chip);
	if (!mine && chip->has_pit)
		mine = pit_port(&chip->pit, port, in, &byte);
	spin_unlock_irq(&chip->lock, flags);
	if (in)
		*value = byte;
	return mine;
}

static void access_ioapic(struct irqchip *chip, u32 offset, u32 size, u8 *data,
                          bool write)
{
	u64 flags = spin_lock_irq(&chip->lock);
	u32 value = 0;

	if (write) {
		memcpy(&value, data, MIN(size, 4));
		vioapic_write(&chip->ioapic, offset, value);
	} else {
		value = vioapic_read(&chip->ioapic, offset);
		memset(data, 0, size);
		memcpy(data, &value, MIN(size, 4));
	}
	spin_unlock_irq(&chip->lock, flags);
}

/* Registers are 32 bits wide and 16 bytes apart (SDM 11.4.1). */
static void access_lapic(struct lapic *a, u32 offset, u32 size, u8 *data,
                         bool write)
{
	u32 value = 0;

	if (write) {
		if (offset % 16 || size < 4)
			return;
		memcpy(&value, data, 4);
		vlapic_write(a, offset, value);
		return;
	}
	value = vlapic_read(a, offset & ~15u);
	memset(data, 0, size);
	if (offset % 16 + size <= 4)
		memcpy(data, (u8 *)&value + offset % 16, size);
	else if (offset % 16 == 0)
		memcpy(data, &value, 4);
}

bool kvm_device_access(struct kvm_vcpu *v, u64 gpa, u32 size, u8 *data,
                       bool write)
{
	struct lapic *a = v->arch.lapic;
	u64 page = ALIGN_DOWN(gpa, PAGE_SIZE);

	if (page == IOAPIC_ADDRESS) {
		access_ioapic(v->kvm->arch.irqchip, gpa % PAGE_SIZE, size,
		              data, write);
		return true;
	}
	if (page != (v->arch.apic_base & MASK(51, 12)) || !a->enabled ||
	    a->x2apic)
		return false;
	access_lapic(a, gpa % PAGE_SIZE, size, data, write);
	return true;
}
