/*
 * vcpu_sys.c - a guest's system register, wherever it is just now.
 */
#include "04-arm64-el2/percpu.h"
#include "04-arm64-el2/timer_guest.h"
#include "04-arm64-el2/vcpu.h"

/* MDSCR_EL1 and SP_EL0 leave the CPU at every exit: never loaded here. */
static bool in_cpu(const struct vcpu *v, enum sysreg reg)
{
	return v->loaded_on && sysreg_info[reg].class != SYSREG_SWITCH;
}

static u64 *in_memory(struct vcpu *v, enum sysreg reg)
{
	return reg == SP_EL0 ? &v->sp_el0 : &v->sys[reg];
}

u64 vcpu_read_sys(struct vcpu *v, enum sysreg reg)
{
	if (!in_cpu(v, reg))
		return *in_memory(v, reg);
	switch (reg) {
	case CNTP_CVAL_EL0: /* the CPU's has the offset in it */
		return v->sys[CNTP_CVAL_EL0];
#define EL12(name, ...)                                                       \
	case name##_EL1:                                                      \
		return read_sysreg(name##_EL12);
#define SAME(name, ...)                                                       \
	case name:                                                            \
		return read_sysreg(name);
#include "04-arm64-el2/sysregs.def"
	case CNTP_CTL_EL0:
		return read_sysreg(CNTP_CTL_EL02);
	case CNTV_CTL_EL0:
		return read_sysreg(CNTV_CTL_EL02);
	case CNTV_CVAL_EL0:
		return read_sysreg(CNTV_CVAL_EL02);
	case NR_SYSREGS:
		break;
	}
	return 0;
}

void vcpu_write_sys(struct vcpu *v, enum sysreg reg, u64 value)
{
	if (!in_cpu(v, reg)) {
		*in_memory(v, reg) = value;
		return;
	}
	switch (reg) {
	case CNTP_CVAL_EL0:
		timer_guest_set_cval(v, value);
		break;
#define EL12(name, ...)                                                       \
	case name##_EL1:                                                      \
		write_sysreg(name##_EL12, value);                             \
		break;
#define SAME(name, ...)                                                       \
	case name:                                                            \
		write_sysreg(name, value);                                    \
		break;
#include "04-arm64-el2/sysregs.def"
	case CNTP_CTL_EL0:
		write_sysreg(CNTP_CTL_EL02, value);
		break;
	case CNTV_CTL_EL0:
		write_sysreg(CNTV_CTL_EL02, value);
		break;
	case CNTV_CVAL_EL0:
		write_sysreg(CNTV_CVAL_EL02, value);
		break;
	case NR_SYSREGS:
		break;
	}
}
