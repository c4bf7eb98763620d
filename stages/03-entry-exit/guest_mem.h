/*
 * guest_mem.h - the one way to a guest's memory: checked.
 */
#pragma once

#include "lib/types.h"

struct vm;
struct vcpu;

/*
 * guest_ptr - size bytes of guest memory at gpa as a host pointer, or NULL if
 * they are not all RAM.
 */
void *guest_ptr(const struct vm *vm, gpa_t gpa, u64 size);

/*
 * guest_read_gpa, guest_write_gpa - copy size bytes, all in one page, from or
 * to guest-physical memory; false if they are not RAM.
 */
bool guest_read_gpa(struct vm *vm, gpa_t gpa, void *to, u64 size);
bool guest_write_gpa(struct vm *vm, gpa_t gpa, const void *from, u64 size);

/*
 * guest_load_pdptes - in PAE paging the CPU loads four entries from the page
 * at CR3 when CR3 or CR0.PG is written: into the VMCS.  False: no RAM there,
 * or a reserved bit is set in one that is present (SDM 4.4.1).
 */
bool guest_load_pdptes(struct vcpu *v);

/*
 * guest_in_64bit_mode - by the current VMCS.  Outside of it a register's upper
 * half is no part of any operand, and may hold whatever was left there
 * (SDM vol. 1, 3.4.1.1).
 */
bool guest_in_64bit_mode(void);

/*
 * guest_translate - the guest-physical address of a guest-virtual one, by the
 * guest's own page tables (SDM 4.4, 4.5); false if it is not mapped.  Reads
 * the current VMCS.  Rights are not checked.
 */
bool guest_translate(struct vcpu *v, u64 gva, gpa_t *gpa);

/* How memory is accessed; as in a page fault's error code (SDM 4.7). */
#define ACCESS_PRESENT BIT(0) /* of the error code alone */
#define ACCESS_WRITE BIT(1)
#define ACCESS_USER BIT(2)

/*
 * guest_translate_for - the same for data, and the tables must allow that
 * access (SDM 4.6.1).  For all that the CPU has not checked: an instruction
 * that exits before it reaches for its memory, an operand that was not what it
 * faulted on.  False: *code is the error code of the page fault.
 */
bool guest_translate_for(struct vcpu *v, u64 gva, u32 access, gpa_t *gpa,
                         u32 *code);

/*
 * guest_read, guest_write - copy size bytes from or to a guest-virtual
 * address, which may cross pages; false if a page is not mapped to RAM (then
 * *fault, if given, is the address that failed).
 */
bool guest_read(struct vcpu *v, u64 gva, void *to, u64 size, u64 *fault);
bool guest_write(struct vcpu *v, u64 gva, const void *from, u64 size,
                 u64 *fault);
