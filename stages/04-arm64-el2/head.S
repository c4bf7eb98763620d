/*
 * head.S - the first instructions: an arm64 Image, entered at EL2.
 *
 * The loader's promise (Linux, Documentation/arm64/booting.rst): MMU and data
 * cache off, interrupts masked, x0 = physical address of the device tree, and
 * the image where its header asks to be.  Until mmu_on all addresses are
 * physical; adrp is relative to the PC, so it is right before and after.
 */
#include "04-arm64-el2/hcr.h"
#include "04-arm64-el2/layout.h"
#include "04-arm64-el2/mmu.h"
#include "04-arm64-el2/percpu.h"

	.section .text.head, "ax"
	.global image_head
image_head:
	b	primary_entry
	.long	0
	.quad	0			// text offset: 2 MB aligned is enough
	.quad	image_end - image_head
	.quad	(1 << 1) | (1 << 3)	// little endian, 4K pages, anywhere
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

	.text
/* x19: device tree for all of this path. */
primary_entry:
	mov	x19, x0
	adrp	x0, boot_stacks + BOOT_STACK_SIZE
	mov	sp, x0
	adr	x0, image_head
	bl	early_check		// returns only if this machine will do
	bl	el2_init
	adrp	x0, bss_start
	adrp	x1, image_end
1:	stp	xzr, xzr, [x0], #16
	cmp	x0, x1
	b.lo	1b
	mov	x0, x19
	bl	mmu_early
	bl	mmu_on
	ldr	x0, =boot_stacks + BOOT_STACK_SIZE
	mov	sp, x0			// the same stack, by its virtual address
	mov	x29, xzr
	mov	x0, x19
	ldr	x1, =primary_main
	br	x1

/*
 * secondary_entry - PSCI CPU_ON starts a CPU here (DEN0022, 6.4): at EL2, MMU
 * off, x0 = the argument we passed: physical address of its struct percpu.
 */
	.global secondary_entry
secondary_entry:
	mov	x19, x0
	bl	el2_init
	bl	mmu_on
	orr	x0, x19, #LINEAR_BASE	// phys_to_virt
	ldr	x1, [x0, #CPU_STACK_TOP]
	mov	sp, x1
	mov	x29, xzr
	ldr	x1, =secondary_main
	br	x1

/*
 * el2_init - make EL2 a host's exception level.  Clobbers x0.
 *
 * E2H=1: from here on EL2 has two address ranges, and the EL1 names of system
 * registers mean the EL2 ones.  TGE=1: EL0 and all physical exceptions belong
 * to EL2.  Both take effect at the ISB (Arm ARM D5.6).
 */
el2_init:
	ldr	x0, =HCR_HOST
	msr	hcr_el2, x0
	isb
	msr	daifset, #15
	msr	mdcr_el2, xzr
	mov	x0, #CPTR_HOST
	msr	cptr_el2, x0
	msr	hstr_el2, xzr
	msr	cntvoff_el2, xzr
	msr	vttbr_el2, xzr
	msr	spsel, #1
	isb
	ret

/*
 * mmu_on - turn translation on, and return to the same code at its virtual
 * address.  Clobbers x0-x3.
 *
 * The instruction after the one that sets SCTLR_EL2.M is fetched through the
 * new tables at its old, physical address: TTBR0_EL2 maps the image at that
 * address for this one moment.
 */
mmu_on:
	ldr	x0, =MAIR_HOST
	msr	mair_el2, x0
	ldr	x0, =TCR_HOST
	mrs	x1, id_aa64mmfr0_el1	// PARange; 48 bits is all our tables hold
	and	x1, x1, #0xf
	mov	x2, #5
	cmp	x1, x2
	csel	x1, x1, x2, lo
	bfi	x0, x1, #32, #3
	msr	tcr_el2, x0
	adrp	x0, boot_identity_root
	msr	ttbr0_el2, x0
	adrp	x0, kernel_root
	msr	S3_4_C2_C0_1, x0	// TTBR1_EL2
	isb
	tlbi	alle2
	ic	iallu
	dsb	sy
	isb
	ldr	x0, =SCTLR_HOST
	msr	sctlr_el2, x0
	isb
	orr	x30, x30, #LINEAR_BASE
	adr	x1, 1f
	orr	x1, x1, #LINEAR_BASE
	br	x1
1:	adrp	x0, empty_root		// the low half is nobody's from now on
	and	x0, x0, #~LINEAR_BASE
	msr	ttbr0_el2, x0
	isb
	tlbi	alle2
	dsb	nsh
	isb
	ret

	.bss
	.balign	4096
	.global boot_stacks
boot_stacks:
	.skip	BOOT_STACK_SIZE * MAX_CPUS
