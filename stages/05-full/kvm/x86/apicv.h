/*
 * apicv.h - what the CPU can do of a LAPIC by itself (SDM chapter 30): reads
 * of its registers, TPR, EOI, delivery of interrupts.
 */
#pragma once

#include "05-full/kvm/x86/x86.h"

/* May the CPU's APIC virtualization be used?  .noapicv (words.h): no. */
extern bool kvm_use_apicv;

/* apicv_init - a new vCPU with a LAPIC; its VMCS is not current. */
void apicv_init(struct kvm_vcpu *v);
/* The following with the vCPU loaded. */
void apicv_set_mode(struct kvm_vcpu *v);
/* apicv_sync_irr - what is to be delivered, into the VMCS. */
void apicv_sync_irr(struct kvm_vcpu *v);
/* apicv_loaded - the page's contents were replaced. */
void apicv_loaded(struct kvm_vcpu *v);
/* apicv_set_eoi_exits - EOIs of level-triggered interrupts must exit. */
void apicv_set_eoi_exits(struct kvm_vcpu *v);

enum exit_action handle_apic_access(struct vcpu *c);
enum exit_action handle_apic_write(struct vcpu *c);
enum exit_action handle_virtualized_eoi(struct vcpu *c);
