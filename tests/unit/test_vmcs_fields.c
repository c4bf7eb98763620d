/*
 * test_vmcs_fields.c - the table of VMCS fields, values in words, the dump.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "02-vmcs/access_rights.h"
#include "02-vmcs/dump.h"
#include "02-vmcs/vmcs_words.h"
#include "02-vmcs/vmx_errors.h"
#include "tests/fake/machine.h"

/* SDM table 25-21: an encoding says what it is. */
#define ENCODED_WIDTH(e) BITS(e, 14, 13)
#define ENCODED_TYPE(e) BITS(e, 11, 10)
#define ENCODED_HIGH(e) BITS(e, 0, 0)
#define ENCODED_RESERVED(e) ((e) & (BIT(12) | MASK(31, 15)))

Test(vmcs_fields, sorted_and_unique)
{
	for (unsigned i = 1; i < VMCS_FIELDS; i++)
		cr_expect_lt(vmcs_fields[i - 1].encoding,
		             vmcs_fields[i].encoding, "%s, %s",
		             vmcs_fields[i - 1].name, vmcs_fields[i].name);
}

Test(vmcs_fields, width_and_type_are_those_of_the_encoding)
{
	for (unsigned i = 0; i < VMCS_FIELDS; i++) {
		const struct vmcs_field *k = &vmcs_fields[i];

		cr_expect_eq(ENCODED_WIDTH(k->encoding), k->width, "%s",
		             k->name);
		cr_expect_eq(ENCODED_TYPE(k->encoding), k->type, "%s",
		             k->name);
		cr_expect_eq(ENCODED_HIGH(k->encoding), 0, "%s", k->name);
		cr_expect_eq(ENCODED_RESERVED(k->encoding), 0, "%s", k->name);
	}
}

Test(vmcs_fields, names_tell_guest_and_host)
{
	for (unsigned i = 0; i < VMCS_FIELDS; i++) {
		const struct vmcs_field *k = &vmcs_fields[i];

		if (k->type == VMCS_HOST)
			cr_expect(!strncmp(k->name, "HOST_", 5), "%s",
			          k->name);
		else
			cr_expect(strncmp(k->name, "HOST_", 5), "%s", k->name);
		cr_expect(!strncmp(k->section, "25.", 3), "%s", k->name);
	}
}

Test(vmcs_fields, found_by_encoding)
{
	for (unsigned i = 0; i < VMCS_FIELDS; i++)
		cr_expect_eq(vmcs_field_find(vmcs_fields[i].encoding),
		             &vmcs_fields[i]);
	cr_expect_null(vmcs_field_find(0x681f));
	cr_expect_null(vmcs_field_find(0xffffffff));
	cr_expect_str_eq(vmcs_field_name(0x681e), "GUEST_RIP");
	cr_expect_str_eq(vmcs_field_name(0x7ffe), "(no such field)");
}

/* Some that everyone knows, from SDM appendix B. */
Test(vmcs_fields, well_known_encodings)
{
	cr_expect_eq(VIRTUAL_PROCESSOR_ID, 0x0000);
	cr_expect_eq(GUEST_ES_SELECTOR, 0x0800);
	cr_expect_eq(HOST_TR_SELECTOR, 0x0c0c);
	cr_expect_eq(EPT_POINTER, 0x201a);
	cr_expect_eq(GUEST_PHYSICAL_ADDRESS, 0x2400);
	cr_expect_eq(VMCS_LINK_POINTER, 0x2800);
	cr_expect_eq(HOST_IA32_EFER, 0x2c02);
	cr_expect_eq(PIN_BASED_VM_EXEC_CONTROL, 0x4000);
	cr_expect_eq(VM_INSTRUCTION_ERROR, 0x4400);
	cr_expect_eq(VM_EXIT_REASON, 0x4402);
	cr_expect_eq(GUEST_ES_ACCESS_RIGHTS, 0x4814);
	cr_expect_eq(VMX_PREEMPTION_TIMER_VALUE, 0x482e);
	cr_expect_eq(EXIT_QUALIFICATION, 0x6400);
	cr_expect_eq(GUEST_CR0, 0x6800);
	cr_expect_eq(HOST_RIP, 0x6c16);
	/* A captured set finds a segment's fields from ES's: eight in a row. */
	cr_expect_eq(VMCS_IDX_GUEST_TR_ACCESS_RIGHTS -
	                     VMCS_IDX_GUEST_ES_ACCESS_RIGHTS,
	             7);
	cr_expect_eq(VMCS_IDX_GUEST_TR_BASE - VMCS_IDX_GUEST_ES_BASE, 7);
}

static const char *rights(u32 ar)
{
	static char words[120];

	access_rights_words(ar, words, sizeof(words));
	return words;
}

Test(access_rights, decoded)
{
	cr_expect_str_eq(rights(0xa09b), "code, readable, accessed, DPL 0, "
	                                 "64-bit, in pages");
	cr_expect_str_eq(rights(0xc0f3), "data, writable, accessed, DPL 3, "
	                                 "32-bit, in pages");
	cr_expect_str_eq(rights(0x009d), "code, execute-only, conforming, "
	                                 "accessed, DPL 0, 16-bit");
	cr_expect_str_eq(rights(0x0096),
	                 "data, writable, expand-down, DPL 0, 16-bit");
	cr_expect_str_eq(rights(0x008b), "busy TSS, DPL 0");
	cr_expect_str_eq(rights(0x0083), "busy 16-bit TSS, DPL 0");
	cr_expect_str_eq(rights(0x0082), "LDT, DPL 0");
	cr_expect_str_eq(rights(0x0089),
	                 "system segment of another type, DPL 0");
	cr_expect_str_eq(rights(0x1c093), "unusable");
	cr_expect_str_eq(rights(0x0013), "data, writable, accessed, NOT "
	                                 "PRESENT, DPL 0, 16-bit");
	cr_expect_str_eq(rights(0x0193), "data, writable, accessed, DPL 0, "
	                                 "16-bit, RESERVED BITS");
	cr_expect_str_eq(rights(0xe09b),
	                 "code, readable, accessed, DPL 0, 64-bit AND 32-bit, "
	                 "in pages");
}

Test(access_rights, out_of_a_descriptor)
{
	cr_expect_eq(access_rights_of(0x00af9b000000ffff), 0xa09b);
	cr_expect_eq(access_rights_of(0x00cf93000000ffff), 0xc093);
	/* the limit's bits 19:16 lie between, and are not part of it */
	cr_expect_eq(access_rights_of(0x000f8b0000000067), 0x008b);
	cr_expect(access_rights_of(0) & AR_UNUSABLE);
}

static const char *words_of(enum vmcs_index i, u64 value)
{
	static char words[400];

	vmcs_value_words(i, value, words, sizeof(words));
	return words;
}

Test(vmcs_words, values_are_decoded)
{
	cr_expect_str_eq(words_of(VMCS_IDX_PIN_BASED_VM_EXEC_CONTROL, 0x1f),
	                 "external-interrupt exiting, NMI exiting");
	cr_expect_str_eq(words_of(VMCS_IDX_GUEST_CR0, 0x80000021), "PE NE PG");
	cr_expect_str_eq(words_of(VMCS_IDX_HOST_IA32_EFER, 0xd00),
	                 "LME LMA NXE");
	cr_expect_str_eq(words_of(VMCS_IDX_GUEST_RFLAGS, 0x20202), "IF VM");
	cr_expect_str_eq(words_of(VMCS_IDX_GUEST_INTERRUPTIBILITY_STATE, 9),
	                 "by STI by NMI");
	cr_expect_str_eq(words_of(VMCS_IDX_GUEST_ACTIVITY_STATE, 1), "HLT");
	cr_expect_str_eq(words_of(VMCS_IDX_VM_ENTRY_INTERRUPTION_INFO,
	                          0x80000b0d),
	                 "hardware exception, vector 13, with error code");
	cr_expect_str_eq(words_of(VMCS_IDX_VM_ENTRY_INTERRUPTION_INFO, 0x30d),
	                 "");
	cr_expect_str_eq(words_of(VMCS_IDX_VM_EXIT_REASON, 0x80000021),
	                 "VM entry failed: invalid guest state");
	cr_expect_str_eq(words_of(VMCS_IDX_VM_INSTRUCTION_ERROR, 7),
	                 "VM entry with invalid control fields");
	cr_expect_str_eq(words_of(VMCS_IDX_EPT_POINTER, 0x12305e),
	                 "tables at 0x123000, write-back, walk of 4, accessed "
	                 "and dirty flags");
	cr_expect_str_eq(words_of(VMCS_IDX_VMCS_LINK_POINTER, ~0ull), "none");
	cr_expect_str_eq(words_of(VMCS_IDX_GUEST_RIP, 1), "");
	cr_expect_str_eq(vmx_error_words(14), "(no such error number)");
}

Test(dump, names_every_field_once)
{
	static struct vmcs_values f;

	for (unsigned i = 0; i < VMCS_FIELDS; i++)
		f.v[i] = i % 3 ? i : 0;
	f.absent[1] = 0xff0;
	fake_console_clear();
	vmcs_dump(&f);
	for (unsigned i = 0; i < VMCS_FIELDS; i++) {
		const char *name = vmcs_fields[i].name;
		const char *segment = strpbrk(name, "_");

		/* Segments have a table of their own. */
		if (!strncmp(name, "GUEST_", 6) && segment &&
		    (strstr(name, "_SELECTOR") || strstr(name, "_LIMIT") ||
		     strstr(name, "_BASE") || strstr(name, "_ACCESS_RIGHTS")))
			continue;
		cr_expect(strstr(fake_console, name), "%s", name);
	}
}

Test(dump, lines_are_not_wider_than_a_console)
{
	static struct vmcs_values f;
	const char *line = fake_console;

	for (unsigned i = 0; i < VMCS_FIELDS; i++)
		f.v[i] = ~0ull;
	fake_console_clear();
	vmcs_dump(&f);
	while (*line) {
		size_t n = strcspn(line, "\n");

		cr_expect_leq(n, 100, "%.*s", (int)n, line);
		line += n + 1;
	}
}
