/*
 * entry_checks.h - what VM entry checks, as rules that a reader can read.
 *
 * VMLAUNCH says "error 7" or "exit 33" and no more.  The entry checker judges
 * the same fields by the same rules (SDM 27.2, 27.3, 27.4) and says which one
 * is broken, in a sentence, with its section.  Pure: it needs no CPU.
 */
#pragma once

#include "01-vmxon/vmx_caps.h"
#include "02-vmcs/vmcs_values.h"

/* How a VM entry ends, SDM 27.2 to 27.8. */
enum entry_outcome {
	ENTRY_SUCCEEDS,     /* the guest runs */
	ENTRY_BAD_CONTROLS, /* VMfailValid, error 7 */
	ENTRY_BAD_HOST,     /* VMfailValid, error 8 */
	ENTRY_BAD_GUEST,    /* exit reason 0x80000021 (33) */
	ENTRY_BAD_MSR_LOAD, /* exit reason 0x80000022 (34) */
	ENTRY_OUTCOMES
};

/*
 * The groups of rules, in the order in which the CPU comes to them.  The
 * three after GUEST belong to it, but tell more in the exit qualification
 * (SDM 27.8).
 */
enum entry_group {
	RULES_CONTROLS,
	RULES_HOST,
	RULES_GUEST,
	RULES_GUEST_PDPTE, /* qualification 2 */
	RULES_GUEST_NMI,   /* qualification 3 */
	RULES_GUEST_LINK,  /* qualification 4 */
	RULES_MSR_LOAD,    /* qualification: which entry of the list, from 1 */
};

/* One per rule: RULE_PIN_RESERVED... in the manual's order. */
enum entry_rule_id {
#define RULE(id, ...) RULE_##id,
#include "02-vmcs/entry_checks/rules.def"
	ENTRY_RULES
};

/* What the rules depend on besides the VMCS. */
struct check_env {
	const struct vmx_caps *caps;
	unsigned physical_bits; /* MAXPHYADDR */
	unsigned linear_bits;   /* 48, or 57 with LA57 */
	bool in_ia32e_mode;     /* the CPU that enters: EFER.LMA */
	bool in_smm;
	bool pt_is_tracing; /* IA32_RTIT_CTL.TraceEn */
	bool has_sgx, has_rtm, has_bus_lock, has_lam;
	/* May an NMI be injected right after STI?  The manual leaves it to
	 * the CPU (SDM 27.3.1.5). */
	bool nmi_after_sti_fails;
	u64 current_vmcs;   /* its physical address */
	u64 executive_vmcs; /* only matters in SMM */
	/* The bits which these MSRs reserve on this CPU. */
	u64 debugctl_reserved, efer_reserved, perf_global_reserved;
	u64 rtit_ctl_reserved, lbr_ctl_reserved, spec_ctrl_reserved;
	/* Read 8 bytes of physical memory; false if there is none. */
	bool (*read)(u64 pa, u64 *value);
};

/* One row of the table of rules. */
struct entry_rule {
	const char *name;      /* "PIN_RESERVED" */
	const char *section;   /* of the SDM, volume 3 */
	const char *sentence;  /* what must hold, for the reader */
	enum vmcs_index field; /* the one to look at first */
	enum entry_group group;
};

/* entry_rule - the row of a rule. */
const struct entry_rule *entry_rule(enum entry_rule_id id);

struct check_result {
	enum entry_outcome outcome; /* what the CPU will say */
	u64 qualification;          /* with ENTRY_BAD_GUEST and _MSR_LOAD */
	unsigned count;             /* broken rules */
	u16 broken[ENTRY_RULES];    /* their ids, in the manual's order */
};

/*
 * entry_check - judge a VMCS.  All rules are tried; the outcome is that of
 * the first group in which one is broken.  (The CPU may check controls and
 * host state in either order: with both broken it may say the other number.)
 */
void entry_check(const struct vmcs_values *f, const struct check_env *env,
                 struct check_result *result);

/* entry_outcome_words - "VMfailValid, error 7 (...)" and so on. */
const char *entry_outcome_words(enum entry_outcome outcome);

/*
 * entry_explain - a broken rule with the value at fault, for example
 * "GUEST_RFLAGS = 0x200: bit 1 of RFLAGS is always 1".
 */
void entry_explain(enum entry_rule_id id, const struct vmcs_values *f,
                   const struct check_env *env, char *buf, size_t size);
