/*
 * vmcs_words.c - what a field's value means, in words.
 */
#include "02-vmcs/vmcs_words.h"

#include "01-vmxon/vmx_controls.h"
#include "02-vmcs/access_rights.h"
#include "02-vmcs/controls.h"
#include "02-vmcs/vmx_errors.h"
#include "lib/print.h"
#include "lib/string.h"

struct bit_name {
	unsigned bit;
	const char *name;
};

static const struct bit_name cr0_bits[] = {
	{ 0, "PE" },  { 1, "MP" },  { 2, "EM" },  { 3, "TS" },
	{ 4, "ET" },  { 5, "NE" },  { 16, "WP" }, { 18, "AM" },
	{ 29, "NW" }, { 30, "CD" }, { 31, "PG" }, { 0, NULL },
};

static const struct bit_name cr4_bits[] = {
	{ 0, "VME" },       { 1, "PVI" },         { 2, "TSD" },
	{ 3, "DE" },        { 4, "PSE" },         { 5, "PAE" },
	{ 6, "MCE" },       { 7, "PGE" },         { 8, "PCE" },
	{ 9, "OSFXSR" },    { 10, "OSXMMEXCPT" }, { 11, "UMIP" },
	{ 12, "LA57" },     { 13, "VMXE" },       { 14, "SMXE" },
	{ 16, "FSGSBASE" }, { 17, "PCIDE" },      { 18, "OSXSAVE" },
	{ 20, "SMEP" },     { 21, "SMAP" },       { 22, "PKE" },
	{ 23, "CET" },      { 24, "PKS" },        { 25, "UINTR" },
	{ 0, NULL },
};

static const struct bit_name efer_bits[] = {
	{ 0, "SCE" }, { 8, "LME" }, { 10, "LMA" }, { 11, "NXE" }, { 0, NULL },
};

static const struct bit_name rflags_bits[] = {
	{ 0, "CF" },  { 2, "PF" },  { 4, "AF" },  { 6, "ZF" },   { 7, "SF" },
	{ 8, "TF" },  { 9, "IF" },  { 10, "DF" }, { 11, "OF" },  { 14, "NT" },
	{ 16, "RF" }, { 17, "VM" }, { 18, "AC" }, { 19, "VIF" }, { 20, "VIP" },
	{ 21, "ID" }, { 0, NULL },
};

static const struct bit_name blocking_bits[] = {
	{ 0, "by STI" },
	{ 1, "by MOV SS" },
	{ 2, "by SMI" },
	{ 3, "by NMI" },
	{ 4, "enclave interruption" },
	{ 0, NULL },
};

static void bits_words(const struct bit_name *t, u64 v, char *buf, size_t size)
{
	size_t used = 0;

	for (buf[0] = 0; t->name && used < size; t++)
		if (v & BIT(t->bit))
			used += snprintk(buf + used, size - used, "%s%s",
			                 used ? " " : "", t->name);
}

/* The interruption-information formats agree in these bits, SDM 25.8.3. */
static void event_words(u64 v, char *buf, size_t size)
{
	static const char *const types[] = {
		"external interrupt",
		"reserved type 1",
		"NMI",
		"hardware exception",
		"software interrupt",
		"privileged software exception",
		"software exception",
		"other event",
	};

	if (!(v & BIT(31))) {
		buf[0] = 0;
		return;
	}
	snprintk(buf, size, "%s, vector %u%s", types[BITS(v, 10, 8)],
	         (unsigned)BITS(v, 7, 0),
	         v & BIT(11) ? ", with error code" : "");
}

static void activity_words(u64 v, char *buf, size_t size)
{
	static const char *const names[] = { "active", "HLT", "shutdown",
		                             "wait-for-SIPI" };

	snprintk(buf, size, "%s", v < ARRAY_SIZE(names) ? names[v] : "");
}

/* Only the failures of VM entry: exits proper are stage 03's. */
static void exit_reason_words(u64 v, char *buf, size_t size)
{
	u16 reason = v;

	if (!(v & BIT(31)))
		snprintk(buf, size, "an exit from the guest, reason %u",
		         reason);
	else
		snprintk(buf, size, "VM entry failed: %s",
		         reason == 33 ? "invalid guest state" :
		         reason == 34 ? "MSR loading" :
		         reason == 41 ? "machine check" :
		                        "unknown reason");
}

static void eptp_words(u64 v, char *buf, size_t size)
{
	snprintk(buf, size, "tables at %#lx, %s, walk of %u%s",
	         (u64)(v & ~0xfffull),
	         BITS(v, 2, 0) == 6 ? "write-back" :
	         BITS(v, 2, 0) == 0 ? "uncacheable" :
	                              "reserved memory type",
	         (unsigned)BITS(v, 5, 3) + 1,
	         v & BIT(6) ? ", accessed and dirty flags" : "");
}

static bool control_words(enum vmcs_index i, u64 v, char *buf, size_t size)
{
	static const struct {
		enum vmcs_index field;
		enum vmx_group group;
	} words[] = {
		{ VMCS_IDX_PIN_BASED_VM_EXEC_CONTROL, VMX_PIN },
		{ VMCS_IDX_PRIMARY_VM_EXEC_CONTROL, VMX_PROC },
		{ VMCS_IDX_SECONDARY_VM_EXEC_CONTROL, VMX_PROC2 },
		{ VMCS_IDX_TERTIARY_VM_EXEC_CONTROL, VMX_PROC3 },
		{ VMCS_IDX_VM_FUNCTION_CONTROLS, VMX_VMFUNC },
		{ VMCS_IDX_VM_EXIT_CONTROLS, VMX_EXIT },
		{ VMCS_IDX_SECONDARY_VM_EXIT_CONTROLS, VMX_EXIT2 },
		{ VMCS_IDX_VM_ENTRY_CONTROLS, VMX_ENTRY },
	};

	for (unsigned n = 0; n < ARRAY_SIZE(words); n++) {
		if (words[n].field != i)
			continue;
		/* Reserved bits that must be 1 tell a reader nothing. */
		for (unsigned bit = 0; bit < 64; bit++)
			if (!vmx_control_at(words[n].group, bit))
				v &= ~BIT(bit);
		controls_words(words[n].group, v, buf, size);
		return true;
	}
	return false;
}

void vmcs_value_words(enum vmcs_index i, u64 v, char *buf, size_t size)
{
	buf[0] = 0;
	if (control_words(i, v, buf, size))
		return;
	switch (i) {
	case VMCS_IDX_GUEST_ES_ACCESS_RIGHTS ... VMCS_IDX_GUEST_TR_ACCESS_RIGHTS:
		return access_rights_words(v, buf, size);
	case VMCS_IDX_GUEST_INTERRUPTIBILITY_STATE:
		return bits_words(blocking_bits, v, buf, size);
	case VMCS_IDX_GUEST_ACTIVITY_STATE:
		return activity_words(v, buf, size);
	case VMCS_IDX_VM_ENTRY_INTERRUPTION_INFO:
	case VMCS_IDX_VM_EXIT_INTERRUPTION_INFO:
	case VMCS_IDX_IDT_VECTORING_INFO:
		return event_words(v, buf, size);
	case VMCS_IDX_VM_EXIT_REASON:
		return exit_reason_words(v, buf, size);
	case VMCS_IDX_VM_INSTRUCTION_ERROR:
		if (v)
			snprintk(buf, size, "%s", vmx_error_words(v));
		return;
	case VMCS_IDX_EPT_POINTER:
		return eptp_words(v, buf, size);
	case VMCS_IDX_VMCS_LINK_POINTER:
		snprintk(buf, size, "%s", v == ~0ull ? "none" : "");
		return;
	case VMCS_IDX_GUEST_CR0:
	case VMCS_IDX_HOST_CR0:
		return bits_words(cr0_bits, v, buf, size);
	case VMCS_IDX_GUEST_CR4:
	case VMCS_IDX_HOST_CR4:
		return bits_words(cr4_bits, v, buf, size);
	case VMCS_IDX_GUEST_IA32_EFER:
	case VMCS_IDX_HOST_IA32_EFER:
		return bits_words(efer_bits, v, buf, size);
	case VMCS_IDX_GUEST_RFLAGS:
		return bits_words(rflags_bits, v, buf, size);
	default:
		return;
	}
}
