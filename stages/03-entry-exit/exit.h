/*
 * exit.h - what happened, and who handles it.
 */
#pragma once

#include "lib/types.h"

struct vcpu;

/* Basic exit reasons by name: EXIT_CPUID is 10. */
enum exit_reason {
#define EXIT(name, number, words) EXIT_##name = number,
#include "03-entry-exit/exit_reasons.def"
	EXIT_REASONS = 80
};

/* VM_EXIT_REASON: bits above the basic reason (SDM 25.9.1). */
#define EXIT_REASON_BASIC MASK(15, 0)
#define EXIT_ENTRY_FAILURE BIT(31)

/* exit_name, exit_words - "CPUID"; "?" for a reserved one. */
const char *exit_name(u32 reason);
const char *exit_words(u32 reason);

/* What a handler asks of the run loop. */
enum exit_action {
	EXIT_UNHANDLED = 0, /* nobody knows what to do: back to the caller */
	EXIT_RESUME,        /* done: back into the guest */
	EXIT_TO_CALLER,     /* the caller of vcpu_run decides */
};

typedef enum exit_action (*exit_handler)(struct vcpu *v);

/* This stage's handlers; a missing one means EXIT_UNHANDLED. */
extern const exit_handler exit_handlers[EXIT_REASONS];

/* One per exit reason, or group of them; in handle_*.c. */
enum exit_action handle_cpuid(struct vcpu *v);
enum exit_action handle_hlt(struct vcpu *v);
enum exit_action handle_vmcall(struct vcpu *v);
enum exit_action handle_nothing(struct vcpu *v);
enum exit_action handle_rdtsc(struct vcpu *v);
enum exit_action handle_undefined(struct vcpu *v);
enum exit_action handle_protection(struct vcpu *v);
enum exit_action handle_to_caller(struct vcpu *v);
enum exit_action handle_io(struct vcpu *v);
enum exit_action handle_rdmsr(struct vcpu *v);
enum exit_action handle_wrmsr(struct vcpu *v);
enum exit_action handle_cr(struct vcpu *v);
enum exit_action handle_ept_violation(struct vcpu *v);
enum exit_action handle_exception(struct vcpu *v);
enum exit_action handle_interrupt(struct vcpu *v);
enum exit_action handle_window(struct vcpu *v);
enum exit_action handle_preemption_timer(struct vcpu *v);
