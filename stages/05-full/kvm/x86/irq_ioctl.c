/*
 * irq_ioctl.c - the VMM's calls for interrupt controllers.
 */
#include "01-vmxon/regs.h"
#include "05-full/host/memory.h"
#include "05-full/kvm/x86/apicv.h"
#include "05-full/kvm/x86/irqchip.h"
#include "lib/string.h"

/* --- KVM_INTERRUPT: without controllers here ---------------------------------------- */

s64 kvm_vcpu_ioctl_interrupt(struct kvm_vcpu *v, u64 arg)
{
	struct kvm_interrupt i;

	if (copy_from_user(&i, arg, sizeof(i)))
		return -EFAULT;
	if (i.irq > 255)
		return -EINVAL;
	if (v->kvm->arch.irqchip)
		return -ENXIO;
	/* One that still waits is replaced, as on Linux. */
	v->arch.queued_irq = (int)i.irq;
	v->arch.vcpu.events.any = true;
	return 0;
}

/* --- the LAPIC's registers ------------------------------------------------------------- */

static void load_lapic(struct kvm_vcpu *v, const struct kvm_lapic_state *s)
{
	struct lapic *a = v->arch.lapic;
	u32 version = vlapic_get(a, APIC_VERSION), id = vlapic_get(a, APIC_ID);

	vlapic_set_alarm(a, 0);
	memcpy(a->page, s->regs, sizeof(s->regs));
	vlapic_put(a, APIC_VERSION, version);
	vlapic_put(a, APIC_ID, id); /* in the form of its mode now */
	vlapic_timer_restart(a);
	apicv_page_changed(v);
	vlapic_notify(a);
}

s64 kvm_lapic_ioctl(struct kvm_vcpu *v, u64 arg, bool set)
{
	struct kvm_lapic_state *s;
	s64 ret = 0;

	if (!v->arch.lapic)
		return -EINVAL;
	s = kmalloc(sizeof(*s));
	if (!s)
		return -ENOMEM;
	if (set) {
		if (copy_from_user(s, arg, sizeof(*s)))
			ret = -EFAULT;
		else
			load_lapic(v, s);
	} else {
		u32 left = vlapic_read(v->arch.lapic, APIC_TIMER_CURRENT);

		vlapic_sync_posted(v->arch.lapic);
		memcpy(s->regs, v->arch.lapic->page, sizeof(s->regs));
		memcpy(s->regs + APIC_TIMER_CURRENT, &left, sizeof(left));
		if (copy_to_user(arg, s, sizeof(*s)))
			ret = -EFAULT;
	}
	kfree(s);
	return ret;
}

/* --- KVM_GET_IRQCHIP, KVM_SET_IRQCHIP ------------------------------------------------------ */

static void get_ioapic(const struct ioapic *io, struct kvm_ioapic_state *s)
{
	memset(s, 0, sizeof(*s));
	s->base_address = IOAPIC_ADDRESS;
	s->ioregsel = io->select;
	s->id = io->id >> 24;
	s->irr = io->irr | io->lines;
	for (unsigned i = 0; i < IOAPIC_PINS; i++)
		s->redirtbl[i].bits = io->entry[i];
}

static void set_ioapic(struct ioapic *io, const struct kvm_ioapic_state *s)
{
	io->select = (u8)s->ioregsel;
	io->id = s->id << 24 & MASK(27, 24);
	io->irr = s->irr & MASK(IOAPIC_PINS - 1, 0);
	io->lines = 0;
	for (unsigned i = 0; i < IOAPIC_PINS; i++) {
		io->entry[i] = s->redirtbl[i].bits;
		if (io->entry[i] & IOAPIC_LEVEL)
			io->lines |= io->irr & BIT(i);
	}
	io->irr &= ~io->lines;
	vioapic_changed(io);
	for (unsigned i = 0; i < IOAPIC_PINS; i++)
		vioapic_service(io, i);
}

static s64 get_or_set_chip(struct irqchip *chip, struct kvm_irqchip *s,
                           bool set)
{
	switch (s->chip_id) {
	case KVM_IRQCHIP_PIC_MASTER:
	case KVM_IRQCHIP_PIC_SLAVE:
		if (set) {
			chip->pic.chip[s->chip_id] = s->chip.pic;
			chip->pic.chip[s->chip_id].priority_add &= 7;
			pic_update(&chip->pic);
		} else {
			s->chip.pic = chip->pic.chip[s->chip_id];
		}
		return 0;
	case KVM_IRQCHIP_IOAPIC:
		if (set)
			set_ioapic(&chip->ioapic, &s->chip.ioapic);
		else
			get_ioapic(&chip->ioapic, &s->chip.ioapic);
		return 0;
	default:
		return -EINVAL;
	}
}

static s64 irqchip_state(struct kvm *kvm, u64 arg, bool set)
{
	struct irqchip *chip = kvm->arch.irqchip;
	struct kvm_irqchip s;
	u64 flags;
	s64 ret;

	if (copy_from_user(&s, arg, sizeof(s)))
		return -EFAULT;
	if (!chip)
		return -ENXIO;
	flags = spin_lock_irq(&chip->lock);
	ret = get_or_set_chip(chip, &s, set);
	spin_unlock_irq(&chip->lock, flags);
	if (!ret && !set && copy_to_user(arg, &s, sizeof(s)))
		return -EFAULT;
	return ret;
}

/* --- the PIT ------------------------------------------------------------------------------------ */

static s64 create_pit2(struct kvm *kvm, u64 arg)
{
	struct kvm_pit_config config;

	if (copy_from_user(&config, arg, sizeof(config)))
		return -EFAULT;
	return kvm_create_pit(kvm);
}

/* Values that come from the VMM must not make a count of 0. */
static void sanitize(struct kvm_pit_channel_state *c)
{
	c->count &= 0x1ffff;
	if (!c->count || c->count > 0x10000)
		c->count = 0x10000;
	c->count_load_time = (s64)pit_now();
}

static s64 pit_state(struct kvm *kvm, u64 arg, bool set)
{
	struct irqchip *chip = kvm->arch.irqchip;
	struct kvm_pit_state2 s = { 0 };
	u64 flags;

	if (set && copy_from_user(&s, arg, sizeof(s)))
		return -EFAULT;
	if (!chip || !chip->has_pit)
		return -ENXIO;
	flags = spin_lock_irq(&chip->lock);
	if (set) {
		memcpy(chip->pit.channel, s.channels, sizeof(s.channels));
		chip->pit.flags = s.flags;
		for (unsigned i = 0; i < 3; i++)
			sanitize(&chip->pit.channel[i]);
		if (chip->pit.channel[0].mode <= 5)
			pit_restart(&chip->pit);
	} else {
		memcpy(s.channels, chip->pit.channel, sizeof(s.channels));
		s.flags = chip->pit.flags;
	}
	spin_unlock_irq(&chip->lock, flags);
	return !set && copy_to_user(arg, &s, sizeof(s)) ? -EFAULT : 0;
}

/* --- lines and routes ------------------------------------------------------------------------------ */

static s64 irq_line(struct kvm *kvm, u64 arg, bool status)
{
	struct kvm_irq_level l;

	if (copy_from_user(&l, arg, sizeof(l)))
		return -EFAULT;
	if (!kvm->arch.irqchip)
		return -ENXIO;
	l.status = kvm_set_line(kvm, l.irq, l.level);
	if (status && copy_to_user(arg, &l, sizeof(l)))
		return -EFAULT;
	return 0;
}

static bool route_valid(const struct kvm_irq_routing_entry *e)
{
	if (e->flags || e->gsi >= KVM_IRQ_ROUTES)
		return false;
	if (e->type == KVM_IRQ_ROUTING_MSI)
		return true;
	if (e->type != KVM_IRQ_ROUTING_IRQCHIP)
		return false;
	return e->u.irqchip.irqchip == KVM_IRQCHIP_IOAPIC ?
	               e->u.irqchip.pin < IOAPIC_PINS :
	               e->u.irqchip.irqchip < KVM_IRQCHIP_IOAPIC &&
	                       e->u.irqchip.pin < 8;
}

static s64 copy_routes(struct irqchip *chip, u64 user, u32 n)
{
	struct kvm_irq_routing_entry *e = kmalloc(n * sizeof(*e) + 1);
	s64 ret = 0;
	u64 flags;

	if (!e)
		return -ENOMEM;
	if (copy_from_user(e, user, n * sizeof(*e)))
		ret = -EFAULT;
	for (u32 i = 0; i < n && !ret; i++)
		if (!route_valid(&e[i]))
			ret = -EINVAL;
	if (!ret) {
		flags = spin_lock_irq(&chip->lock);
		memcpy(chip->route, e, n * sizeof(*e));
		chip->nr_routes = n;
		spin_unlock_irq(&chip->lock, flags);
	}
	kfree(e);
	return ret;
}

static s64 set_gsi_routing(struct kvm *kvm, u64 arg)
{
	struct kvm_irq_routing header;

	if (copy_from_user(&header, arg, sizeof(header)))
		return -EFAULT;
	if (!kvm->arch.irqchip || header.nr > KVM_IRQ_ROUTES || header.flags)
		return -EINVAL;
	if (header.nr > IRQ_ROUTES)
		return -ENOMEM;
	return copy_routes(kvm->arch.irqchip, arg + sizeof(header), header.nr);
}

static s64 signal_msi(struct kvm *kvm, u64 arg)
{
	struct kvm_msi m;

	if (copy_from_user(&m, arg, sizeof(m)))
		return -EFAULT;
	if (!kvm->arch.irqchip || m.flags)
		return -EINVAL;
	return kvm_send_msi(kvm, m.address_lo, m.data);
}

s64 kvm_irqchip_ioctl(struct kvm *kvm, u32 request, u64 arg)
{
	switch (request) {
	case KVM_CREATE_IRQCHIP:
		return kvm_create_irqchip(kvm);
	case KVM_CREATE_PIT:
		return kvm_create_pit(kvm);
	case KVM_CREATE_PIT2:
		return create_pit2(kvm, arg);
	case KVM_GET_IRQCHIP:
	case KVM_SET_IRQCHIP:
		return irqchip_state(kvm, arg, request == KVM_SET_IRQCHIP);
	case KVM_GET_PIT2:
	case KVM_SET_PIT2:
		return pit_state(kvm, arg, request == KVM_SET_PIT2);
	case KVM_IRQ_LINE:
	case KVM_IRQ_LINE_STATUS:
		return irq_line(kvm, arg, request == KVM_IRQ_LINE_STATUS);
	case KVM_SET_GSI_ROUTING:
		return set_gsi_routing(kvm, arg);
	case KVM_SIGNAL_MSI:
		return signal_msi(kvm, arg);
	default:
		return -ENOTTY;
	}
}
