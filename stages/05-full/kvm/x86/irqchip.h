/*
 * irqchip.h - a VM's interrupt controllers, and what connects them: lines
 * (GSIs) to pins, messages to LAPICs, LAPICs to vCPUs.
 *
 * One lock, interrupts off, for all but the LAPICs' own pages.  Inside of it
 * LAPICs only accept messages.
 */
#pragma once

#include "05-full/kvm/x86/ioapic.h"
#include "05-full/kvm/x86/pic.h"
#include "05-full/kvm/x86/pit.h"
#include "05-full/kvm/x86/x86.h"

#define KVM_IRQ_ROUTES 4096 /* what CHECK_EXTENSION says, as Linux */
#define IRQ_ROUTES 128      /* what we keep */

struct irqchip {
	struct spinlock lock;
	struct kvm *kvm;
	struct ioapic ioapic;
	struct pic pic;
	struct pit pit;
	bool has_pit;
	struct ktimer pit_alarm;
	u32 nr_routes;
	struct kvm_irq_routing_entry route[IRQ_ROUTES];
};

/* --- life --- */
s64 kvm_create_irqchip(struct kvm *kvm);
s64 kvm_create_pit(struct kvm *kvm);
void kvm_destroy_irqchip(struct kvm *kvm);
int kvm_irqchip_add_vcpu(struct kvm_vcpu *v, bool is_boot);
void kvm_irqchip_remove_vcpu(struct kvm_vcpu *v);

/* --- lines and messages --- */
/* kvm_set_line - a GSI changes: how many pins it moved, 0: it was pending. */
int kvm_set_line(struct kvm *kvm, u32 gsi, bool level);
/* kvm_deliver - to all LAPICs that it addresses; how many took it. */
int kvm_deliver(struct kvm *kvm, const struct lapic *source,
                const struct lapic_message *m);
int kvm_send_msi(struct kvm *kvm, u64 address, u32 data);
void kvm_default_routes(struct irqchip *chip);

/* --- a vCPU's interrupts --- */
/* kvm_next_irq - the vector to inject now, or NO_VECTOR; nothing changes. */
int kvm_next_irq(struct kvm_vcpu *v);
/* kvm_irq_taken - that vector was injected. */
void kvm_irq_taken(struct kvm_vcpu *v, u8 vector);
/* kvm_irq_waits - would a halted vCPU wake up? */
bool kvm_irq_waits(struct kvm_vcpu *v);
bool kvm_init_or_sipi(struct kvm_vcpu *v);
void kvm_accept_init_sipi(struct kvm_vcpu *v);

/* --- the guest's accesses --- */
bool kvm_port(struct kvm *kvm, u16 port, int size, bool in, u32 *value);
/* Is there one of our devices at that port?  Most accesses: no. */
static inline bool kvm_is_port(u16 port)
{
	if (port > 0xa1) /* of ours only the PICs' ELCR is so high */
		return (port & ~1) == 0x4d0;
	return (port & ~0x81) == 0x20 || (port & ~3) == 0x40 || port == 0x61;
}
bool kvm_device_access(struct kvm_vcpu *v, u64 gpa, u32 size, u8 *data,
                       bool write);

/* --- ioctls (irq_ioctl.c) --- */
s64 kvm_irqchip_ioctl(struct kvm *kvm, u32 request, u64 arg);
s64 kvm_lapic_ioctl(struct kvm_vcpu *v, u64 arg, bool set);
s64 kvm_vcpu_ioctl_interrupt(struct kvm_vcpu *v, u64 arg);
