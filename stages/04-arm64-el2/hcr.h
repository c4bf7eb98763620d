/*
 * hcr.h - bits of the EL2 control registers, spelled as in the Arm ARM.
 * Usable from assembly.
 *
 * Sections of the Arm ARM here and in all of this stage are those of DDI 0487
 * issues G and H: D1 exceptions, D5 virtual memory, D11 timers, D13 registers.
 * Issues from I on have moved them (D5 became D8, D13 became D17).
 */
#pragma once

#include "lib/types.h"

/* HCR_EL2, hypervisor configuration (D13.2). */
#define HCR_EL2_VM BIT(0)      /* stage 2 translation on */
#define HCR_EL2_SWIO BIT(1)    /* DC ISW cleans too */
#define HCR_EL2_PTW BIT(2)     /* a stage 1 table in device memory faults */
#define HCR_EL2_FMO BIT(3)     /* FIQ to EL2 */
#define HCR_EL2_IMO BIT(4)     /* IRQ to EL2 */
#define HCR_EL2_AMO BIT(5)     /* SError to EL2 */
#define HCR_EL2_VF BIT(6)      /* a virtual FIQ is pending */
#define HCR_EL2_VI BIT(7)      /* a virtual IRQ is pending */
#define HCR_EL2_VSE BIT(8)     /* a virtual SError is pending */
#define HCR_EL2_FB BIT(9)      /* TLB maintenance is broadcast */
#define HCR_EL2_BSU_IS BIT(10) /* barriers reach the inner shareable domain */
#define HCR_EL2_TWI BIT(13)    /* trap WFI */
#define HCR_EL2_TWE BIT(14)    /* trap WFE */
#define HCR_EL2_TID3 BIT(18)   /* trap reads of the ID registers */
#define HCR_EL2_TSC BIT(19)    /* trap SMC */
#define HCR_EL2_TIDCP BIT(20)  /* trap implementation defined registers */
#define HCR_EL2_TACR BIT(21)   /* trap ACTLR_EL1 */
#define HCR_EL2_TGE BIT(27)    /* EL0 belongs to EL2: we are the host */
#define HCR_EL2_HCD BIT(29)
#define HCR_EL2_RW BIT(31)   /* EL1 is AArch64 */
#define HCR_EL2_E2H BIT(34)  /* EL2 is a host kernel: VHE */
#define HCR_EL2_TLOR BIT(35) /* trap the LORegion registers */
#define HCR_EL2_TERR BIT(36) /* trap the error record registers */
#define HCR_EL2_TEA BIT(37)  /* external aborts to EL2 */
#define HCR_EL2_APK BIT(40)  /* do not trap pointer authentication keys */
#define HCR_EL2_API BIT(41)  /* do not trap pointer authentication */

/* CPTR_EL2 while the host runs: its user programs may use FP, not SVE. */
#define CPTR_HOST (3 << 20)

#ifndef __ASSEMBLER__

/* CPTR_EL2 as it is with E2H=1, the layout of CPACR_EL1 (D13.2). */
#define CPTR_EL2_ZEN MASK(17, 16)
#define CPTR_EL2_FPEN MASK(21, 20)
#define CPTR_EL2_SMEN MASK(25, 24)
#define CPTR_EL2_TTA BIT(28)
#define CPTR_EL2_TAM BIT(30)

/* MDCR_EL2, monitor debug configuration (D13.3). */
#define MDCR_EL2_HPMN MASK(4, 0)
#define MDCR_EL2_TPMCR BIT(5)
#define MDCR_EL2_TPM BIT(6)
#define MDCR_EL2_TDE BIT(8)
#define MDCR_EL2_TDA BIT(9)
#define MDCR_EL2_TDOSA BIT(10)
#define MDCR_EL2_TDRA BIT(11)
#define MDCR_EL2_TPMS BIT(14)
#define MDCR_EL2_TTRF BIT(19)

/* MDSCR_EL1: breakpoints on, also in the kernel (D13.3). */
#define MDSCR_EL1_KDE BIT(13)
#define MDSCR_EL1_MDE BIT(15)

/* CNTHCTL_EL2 as it is with E2H=1 (D13.11). */
#define CNTHCTL_EL2_EL0PCTEN BIT(0)
#define CNTHCTL_EL2_EL0VCTEN BIT(1)
#define CNTHCTL_EL2_EL1PCTEN BIT(10)
#define CNTHCTL_EL2_EL1PTEN BIT(11)

/* VTCR_EL2, stage 2 translation control (D13.2). */
#define VTCR_EL2_T0SZ(bits) (64 - (bits))
#define VTCR_EL2_SL0_L1 (1ull << 6)
#define VTCR_EL2_IRGN0_WBWA (1ull << 8)
#define VTCR_EL2_ORGN0_WBWA (1ull << 10)
#define VTCR_EL2_SH0_INNER (3ull << 12)
#define VTCR_EL2_PS(n) ((u64)(n) << 16)
#define VTCR_EL2_VS BIT(19)
#define VTCR_EL2_RES1 BIT(31)

/* PSTATE as in SPSR_ELx (C5.2). */
#define PSTATE_EL0t 0x0ull
#define PSTATE_EL1t 0x4ull
#define PSTATE_EL1h 0x5ull
#define PSTATE_EL2h 0x9ull
#define PSTATE_MODE 0xfull
#define PSTATE_nRW BIT(4)
#define PSTATE_DAIF (BIT(6) | BIT(7) | BIT(8) | BIT(9))
#define PSTATE_AIF (BIT(6) | BIT(7) | BIT(8)) /* AArch32 has no D */
#define PSTATE_BTYPE (BIT(10) | BIT(11))
#define PSTATE_SSBS BIT(12)
#define PSTATE_IL BIT(20)
#define PSTATE_SS BIT(21)
#define PSTATE_PAN BIT(22)
#define PSTATE_UAO BIT(23)
#define PSTATE_DIT BIT(24)
#define PSTATE_NZCV (BIT(28) | BIT(29) | BIT(30) | BIT(31))

#endif /* __ASSEMBLER__ */
