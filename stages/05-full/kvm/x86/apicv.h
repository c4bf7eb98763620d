/*
 * apicv.h - what the CPU can do of a LAPIC by itself (SDM chapter 30): reads
 * of its registers, TPR, EOI, delivery of interrupts.
 *
 * Three degrees: all of it (lapic.h: hardware_vid); in x2APIC mode reads and
 * EOI, while we inject (hardware_eoi); nothing.  Which one is the CPU's, or the
 * kernel's command line's (words.h): .apicv all, .noapicv nothing.
 */
#pragma once

#include "05-full/kvm/x86/x86.h"

/* apicv_init - a new vCPU with a LAPIC; its VMCS is not current. */
void apicv_init(struct kvm_vcpu *v);
/* The following with the vCPU loaded. */
void apicv_set_mode(struct kvm_vcpu *v);
/* apicv_sync_irr - what is to be delivered, into the VMCS (hardware_vid). */
void apicv_sync_irr(struct kvm_vcpu *v);
/* apicv_page_changed - we have changed IRR or ISR: RVI and SVI follow. */
void apicv_page_changed(struct kvm_vcpu *v);
/* apicv_set_eoi_exits - EOIs of level-triggered interrupts must exit. */
void apicv_set_eoi_exits(struct kvm_vcpu *v);
/*
 * apicv_await_eoi - all has been offered that can be delivered now: if more
 * waits, then for an EOI, which has to exit (hardware_eoi).
 */
void apicv_await_eoi(struct kvm_vcpu *v);

enum exit_action handle_apic_access(struct vcpu *c);
enum exit_action handle_apic_write(struct vcpu *c);
enum exit_action handle_virtualized_eoi(struct vcpu *c);
