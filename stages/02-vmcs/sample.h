/*
 * sample.h - complete, valid set-ups of a guest, to look at and to break.
 *
 * Pure: a sample is plain numbers and a block of memory.  The demo puts them
 * into the CPU, the unit tests only into the entry checker.
 */
#pragma once

#include "01-vmxon/vmx_caps.h"
#include "02-vmcs/vmcs_values.h"

enum sample {
	SAMPLE_64,   /* 64-bit code, 4-level paging */
	SAMPLE_32,   /* 32-bit protected mode, paging with 4 MiB pages */
	SAMPLE_PAE,  /* 32-bit protected mode, PAE paging */
	SAMPLE_V86,  /* virtual-8086 mode under 32-bit paging */
	SAMPLE_REAL, /* real mode, needs "unrestricted guest" */
	SAMPLES
};

/* sample_name - "64-bit guest" and so on. */
const char *sample_name(enum sample s);

/* The pages of a sample's memory, one after the other. */
enum sample_page {
	PAGE_CODE, /* the guest: VMCALL, then HLT for ever */
	PAGE_PML4,
	PAGE_PDPT,
	PAGE_PD,       /* PML4, PDPT, PD: 2 MiB pages for SAMPLE_64 */
	PAGE_PD_32,    /* 4 MiB pages */
	PAGE_PD_V86,   /* the same, but the first 4 MiB by: */
	PAGE_PT_V86,   /* which has PAGE_CODE at V86_CODE */
	PAGE_PDPT_PAE, /* leads to PAGE_PD */
	PAGE_EPT_PML4,
	PAGE_EPT_PDPT, /* 1 GiB pages; EPT itself is stage 03's subject */
	PAGE_EPT_PD,   /* 2 MiB pages, for a CPU without those */
	PAGE_IO_A,
	PAGE_IO_B,
	PAGE_MSR_BITMAP,
	PAGE_VIRTUAL_APIC,
	PAGE_MSR_LOAD, /* two entries, both harmless */
	PAGE_LINKED,   /* a VMCS region to link to */
	SAMPLE_PAGES
};

/* Virtual-8086 mode sees the first MiB only; that is where it has its code. */
#define V86_CODE 0x10000ull

/* Memory for the samples, and where it lies in physical memory. */
struct sample_memory {
	u8 *bytes; /* SAMPLE_PAGES pages, aligned, below 4 GiB */
	u64 pa;
};

static inline u64 sample_page_pa(const struct sample_memory *m,
                                 enum sample_page page)
{
	return m->pa + page * PAGE_SIZE;
}

/* sample_word - 8 bytes of the sample's memory, to read or to change. */
static inline u64 *sample_word(const struct sample_memory *m,
                               enum sample_page page, unsigned offset)
{
	return (u64 *)(m->bytes + page * PAGE_SIZE + offset);
}

/* sample_memory_fill - write code, page tables and lists. */
void sample_memory_fill(const struct sample_memory *m,
                        const struct vmx_caps *caps);

/*
 * sample_guest - set control fields and guest-state area; the host-state area
 * and everything else stay as they are.  Returns NULL, or which control that
 * the sample needs is missing in this CPU.
 */
const char *sample_guest(struct vmcs_values *f, enum sample s,
                         const struct sample_memory *m,
                         const struct vmx_caps *caps);
