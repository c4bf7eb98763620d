/*
 * sample.c - complete, valid set-ups of a guest; see sample.h.
 */
#include "02-vmcs/sample.h"

#include "01-vmxon/regs.h"
#include "02-vmcs/access_rights.h"
#include "02-vmcs/controls.h"
#include "lib/string.h"

#define SET(field, value) (f->v[VMCS_IDX_##field] = (value))

/* Access rights, see access_rights.h for the bits. */
#define CODE_64 0xa09b
#define CODE_32 0xc09b
#define DATA_32 0xc093
#define CODE_16 0x009b
#define DATA_16 0x0093
#define DATA_V86 0x00f3
#define TSS_BUSY 0x008b

/* VMCALL; 1: HLT; JMP 1b - the same bytes in every mode. */
static const u8 code[] = { 0x0f, 0x01, 0xc1, 0xf4, 0xeb, 0xfd };

const char *sample_name(enum sample s)
{
	static const char *const names[SAMPLES] = {
		[SAMPLE_64] = "64-bit guest",
		[SAMPLE_32] = "32-bit guest",
		[SAMPLE_PAE] = "32-bit guest with PAE paging",
		[SAMPLE_V86] = "virtual-8086 guest",
		[SAMPLE_REAL] = "real-mode guest",
	};

	return names[s];
}

/* --- memory ---------------------------------------------------------------------- */

/* Map the first GiB onto itself, in pages of 2 or 4 MiB. */
static void fill_pages(u64 *table, u64 step, unsigned count, u64 flags)
{
	for (unsigned i = 0; i < count; i++)
		table[i] = i * step | flags;
}

static void fill_pages_32(u32 *table)
{
	for (unsigned i = 0; i < 256; i++)
		table[i] = i * 4 * MiB | 0x87; /* present, written, user, 4M */
}

static void fill_paging(const struct sample_memory *m)
{
	*sample_word(m, PAGE_PML4, 0) = sample_page_pa(m, PAGE_PDPT) | 7;
	*sample_word(m, PAGE_PDPT, 0) = sample_page_pa(m, PAGE_PD) | 7;
	fill_pages(sample_word(m, PAGE_PD, 0), 2 * MiB, 512, 0x87);
	fill_pages_32((u32 *)sample_word(m, PAGE_PD_32, 0));
	fill_pages_32((u32 *)sample_word(m, PAGE_PD_V86, 0));
	*(u32 *)sample_word(m, PAGE_PD_V86, 0) =
		sample_page_pa(m, PAGE_PT_V86) | 7;
	*(u32 *)sample_word(m, PAGE_PT_V86, V86_CODE / PAGE_SIZE * 4) =
		sample_page_pa(m, PAGE_CODE) | 7;
	*sample_word(m, PAGE_PDPT_PAE, 0) = sample_page_pa(m, PAGE_PD) | 1;
}

/* Just enough of EPT for these guests: guest-physical is host-physical. */
static void fill_ept(const struct sample_memory *m,
                     const struct vmx_caps *caps)
{
	const u64 rwx = 7, leaf = BIT(7), write_back = 6 << 3;
	bool giant = vmx_has(caps, IDX_IA32_VMX_EPT_VPID_CAP, EPT_CAP_1G);

	*sample_word(m, PAGE_EPT_PML4, 0) =
		sample_page_pa(m, PAGE_EPT_PDPT) | rwx;
	*sample_word(m, PAGE_EPT_PDPT, 0) =
		giant ? rwx | leaf | write_back :
			sample_page_pa(m, PAGE_EPT_PD) | rwx;
	fill_pages(sample_word(m, PAGE_EPT_PD, 0), 2 * MiB, 512,
	           rwx | leaf | write_back);
}

void sample_memory_fill(const struct sample_memory *m,
                        const struct vmx_caps *caps)
{
	memset(m->bytes, 0, SAMPLE_PAGES * PAGE_SIZE);
	memcpy(sample_word(m, PAGE_CODE, 0), code, sizeof(code));
	fill_paging(m);
	fill_ept(m, caps);
	/* SYSENTER_CS: an exit loads the host's value again. */
	*sample_word(m, PAGE_MSR_LOAD, 0) = IA32_SYSENTER_CS;
	*sample_word(m, PAGE_MSR_LOAD, 16) = IA32_SYSENTER_CS;
	*sample_word(m, PAGE_LINKED, 0) = vmx_revision(caps);
}

/* --- control fields ----------------------------------------------------------------- */

struct wish {
	enum vmx_group group;
	enum vmcs_index field;
	u64 must, nice;
};

static const struct wish wishes[] = {
	{ VMX_PIN, VMCS_IDX_PIN_BASED_VM_EXEC_CONTROL,
	  PIN_EXTERNAL_INTERRUPT_EXITING | PIN_NMI_EXITING,
	  PIN_VIRTUAL_NMIS | PIN_ACTIVATE_PREEMPTION_TIMER },
	{ VMX_PROC, VMCS_IDX_PRIMARY_VM_EXEC_CONTROL,
	  PROC_HLT_EXITING | PROC_ACTIVATE_SECONDARY_CONTROLS |
	          PROC_USE_IO_BITMAPS | PROC_USE_MSR_BITMAPS,
	  PROC_USE_TPR_SHADOW },
	{ VMX_PROC2, VMCS_IDX_SECONDARY_VM_EXEC_CONTROL,
	  PROC2_ENABLE_EPT | PROC2_UNRESTRICTED_GUEST, PROC2_ENABLE_VPID },
	{ VMX_EXIT, VMCS_IDX_VM_EXIT_CONTROLS,
	  EXIT_HOST_ADDRESS_SPACE_SIZE | EXIT_ACK_INTERRUPT |
	          EXIT_SAVE_DEBUG_CONTROLS,
	  EXIT_LOAD_EFER | EXIT_SAVE_EFER | EXIT_LOAD_PAT | EXIT_SAVE_PAT },
	{ VMX_ENTRY, VMCS_IDX_VM_ENTRY_CONTROLS, ENTRY_LOAD_DEBUG_CONTROLS,
	  ENTRY_LOAD_EFER | ENTRY_LOAD_PAT },
};

static const char *set_controls(struct vmcs_values *f, enum sample s,
                                const struct vmx_caps *caps)
{
	for (unsigned i = 0; i < ARRAY_SIZE(wishes); i++) {
		const struct wish *w = &wishes[i];
		u64 mode = w->group == VMX_ENTRY && s == SAMPLE_64 ?
		                   ENTRY_IA32E_MODE_GUEST :
		                   0;
		struct controls c = controls_round(caps, w->group,
		                                   w->must | mode, w->nice);

		if (c.missing)
			return vmx_control_at(w->group,
			                      __builtin_ctzll(c.missing))
			        ->words;
		f->v[w->field] = c.value;
	}
	return NULL;
}

static void set_addresses(struct vmcs_values *f, const struct sample_memory *m)
{
	SET(VIRTUAL_PROCESSOR_ID, 1);
	SET(IO_BITMAP_A, sample_page_pa(m, PAGE_IO_A));
	SET(IO_BITMAP_B, sample_page_pa(m, PAGE_IO_B));
	SET(MSR_BITMAP, sample_page_pa(m, PAGE_MSR_BITMAP));
	SET(VM_ENTRY_MSR_LOAD_ADDR, sample_page_pa(m, PAGE_MSR_LOAD));
	SET(VM_EXIT_MSR_LOAD_ADDR, sample_page_pa(m, PAGE_MSR_LOAD));
	SET(VM_EXIT_MSR_STORE_ADDR, sample_page_pa(m, PAGE_MSR_LOAD));
	SET(VIRTUAL_APIC_PAGE_ADDR, sample_page_pa(m, PAGE_VIRTUAL_APIC));
	/* write-back, a walk of 4 levels */
	SET(EPT_POINTER, sample_page_pa(m, PAGE_EPT_PML4) | 3 << 3 | 6);
	SET(VMX_PREEMPTION_TIMER_VALUE, 100000); /* if the guest hangs */
	SET(TSC_MULTIPLIER, BIT(48));
}

/* --- guest-state area ----------------------------------------------------------------- */

static void set_segment(struct vmcs_values *f, unsigned segment, u16 selector,
                        u64 base, u32 limit, u32 rights)
{
	f->v[VMCS_IDX_GUEST_ES_SELECTOR + segment] = selector;
	f->v[VMCS_IDX_GUEST_ES_BASE + segment] = base;
	f->v[VMCS_IDX_GUEST_ES_LIMIT + segment] = limit;
	f->v[VMCS_IDX_GUEST_ES_ACCESS_RIGHTS + segment] = rights;
}

enum { SEGMENT_CS = 1, SEGMENT_LDTR = 6, SEGMENT_TR = 7 };

static void set_segments(struct vmcs_values *f, u16 cs, u16 data, u64 base,
                         u32 limit, u32 code_rights, u32 data_rights)
{
	for (unsigned i = 0; i < SEGMENT_LDTR; i++)
		set_segment(f, i, data, base, limit, data_rights);
	set_segment(f, SEGMENT_CS, cs, base, limit, code_rights);
	set_segment(f, SEGMENT_LDTR, 0, 0, 0, AR_UNUSABLE);
	set_segment(f, SEGMENT_TR, 0x18, 0, 0x67, TSS_BUSY);
}

static void set_mode(struct vmcs_values *f, u64 cr0, u64 cr3, u64 cr4,
                     u64 efer)
{
	SET(GUEST_CR0, cr0 | CR0_NE | CR0_ET);
	SET(GUEST_CR3, cr3);
	SET(GUEST_CR4, cr4 | CR4_VMXE);
	SET(GUEST_IA32_EFER, efer);
}

static void set_protected(struct vmcs_values *f, u32 code_rights)
{
	set_segments(f, 0x08, 0x10, 0, ~0u, code_rights, DATA_32);
}

/* Code at a segment's begin; 16 bits of it are addressed. */
static void set_segments_16(struct vmcs_values *f, u64 at, u32 code_rights,
                            u32 data_rights)
{
	set_segments(f, at >> 4, at >> 4, at, 0xffff, code_rights,
	             data_rights);
	SET(GUEST_RIP, 0);
	SET(GUEST_RSP, 0xfff0);
}

static void set_pdptes(struct vmcs_values *f, const struct sample_memory *m)
{
	for (unsigned i = 0; i < 4; i++)
		f->v[VMCS_IDX_GUEST_PDPTE0 + i] =
			*sample_word(m, PAGE_PDPT_PAE, 8 * i);
}

static void set_guest(struct vmcs_values *f, enum sample s,
                      const struct sample_memory *m)
{
	u64 at = sample_page_pa(m, PAGE_CODE), paged = CR0_PE | CR0_PG;

	SET(GUEST_RIP, at);
	SET(GUEST_RSP, at + PAGE_SIZE);
	SET(GUEST_RFLAGS, RFLAGS_FIXED);
	SET(GUEST_DR7, 0x400);
	SET(GUEST_GDTR_LIMIT, 0x1f);
	SET(GUEST_IA32_PAT, 0x0007040600070406); /* as after reset */
	SET(VMCS_LINK_POINTER, ~0ull);
	switch (s) {
	case SAMPLE_64:
		set_mode(f, paged, sample_page_pa(m, PAGE_PML4), CR4_PAE,
		         EFER_LME | EFER_LMA);
		return set_protected(f, CODE_64);
	case SAMPLE_32:
		set_mode(f, paged, sample_page_pa(m, PAGE_PD_32), CR4_PSE, 0);
		return set_protected(f, CODE_32);
	case SAMPLE_PAE:
		set_mode(f, paged, sample_page_pa(m, PAGE_PDPT_PAE), CR4_PAE,
		         0);
		set_pdptes(f, m);
		return set_protected(f, CODE_32);
	case SAMPLE_V86:
		set_mode(f, paged, sample_page_pa(m, PAGE_PD_V86), CR4_PSE, 0);
		SET(GUEST_RFLAGS, RFLAGS_FIXED | RFLAGS_VM);
		return set_segments_16(f, V86_CODE, DATA_V86, DATA_V86);
	default:
		set_mode(f, 0, 0, 0, 0);
		return set_segments_16(f, at, CODE_16, DATA_16);
	}
}

/* All of control fields and guest state to 0; what matters is set after. */
static void clear(struct vmcs_values *f)
{
	for (unsigned i = 0; i < VMCS_FIELDS; i++)
		if (vmcs_fields[i].type == VMCS_CONTROL ||
		    vmcs_fields[i].type == VMCS_GUEST)
			f->v[i] = 0;
}

const char *sample_guest(struct vmcs_values *f, enum sample s,
                         const struct sample_memory *m,
                         const struct vmx_caps *caps)
{
	const char *missing;

	clear(f);
	missing = set_controls(f, s, caps);
	if (missing)
		return missing;
	set_addresses(f, m);
	set_guest(f, s, m);
	return NULL;
}
