/*
 * switch_tally.c - switch.c once more, as vcpu_run_tally, compiled so that
 * each system register access counts itself: for the figure in the transcript.
 */
#define SYSREG_TALLY
#define vcpu_run vcpu_run_tally

#include "04-arm64-el2/switch.c"

u64 sysreg_tally;
