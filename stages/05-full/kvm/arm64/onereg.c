/*
 * onereg.c - a vCPU's registers for the VMM, by Linux's numbers: enough to
 * move a vCPU's whole state into another VM.
 *
 * System registers go by their encoding in MRS and MSR, and stage 04's table
 * knows them all.  Except: Linux once exchanged the numbers of CNTV_CVAL and
 * CNTVCT, and the ABI has to stay so.
 */
#include "04-arm64-el2/cpu.h"
#include "04-arm64-el2/hcr.h"
#include "05-full/kvm/arm64/arm.h"
#include "lib/string.h"

#define SYSREG_ID(enc)                                                        \
	(KVM_REG_ARM64 | KVM_REG_ARM64_SYSREG | (enc) | KVM_REG_SIZE_U64)
#define ENC_MIDR SYSREG_ENC(3, 0, 0, 0, 0)
#define ENC_MPIDR SYSREG_ENC(3, 0, 0, 0, 5)
#define ENC_CTR SYSREG_ENC(3, 3, 0, 0, 1)
#define ID_FIRST SYSREG_ENC(3, 0, 0, 1, 0)
#define ID_LAST SYSREG_ENC(3, 0, 0, 7, 7)

/* One access: `value` holds up to 16 bytes. */
struct access {
	struct kvm_vcpu *v;
	u64 id;
	bool set;
	u64 value[2];
};

/* --- core registers: struct kvm_regs, in units of 4 bytes -------------------- */
#define CORE(field) (offsetof(struct kvm_regs, field) / 4)

/* Those that lie in memory, for all the vCPU is loaded. */
static void *core_in_memory(struct vcpu *cpu, u64 n, unsigned *size)
{
	*size = 8;
	if (n < CORE(regs.sp) && n % 2 == 0)
		return &cpu->x[n / 2];
	if (n == CORE(regs.sp))
		return &cpu->sp_el0;
	if (n == CORE(regs.pc))
		return &cpu->pc;
	if (n == CORE(regs.pstate))
		return &cpu->pstate;
	if (n >= CORE(spsr[1]) && n < CORE(spsr[0]) + 10 && n % 2 == 0)
		return &to_kvm_vcpu(cpu)->arch.spsr32[(n - CORE(spsr[1])) / 2];
	*size = 16;
	if (n >= CORE(fp_regs.vregs[0]) && n < CORE(fp_regs.fpsr) &&
	    (n - CORE(fp_regs.vregs[0])) % 4 == 0)
		return &cpu->fp.v[(n - CORE(fp_regs.vregs[0])) / 4];
	*size = 4;
	if (n == CORE(fp_regs.fpsr))
		return &cpu->fp.fpsr;
	if (n == CORE(fp_regs.fpcr))
		return &cpu->fp.fpcr;
	return NULL;
}

/* What a guest's PSTATE may be: AArch64, EL0 or EL1; nothing of ours. */
static bool pstate_ok(u64 pstate)
{
	u64 mode = pstate & (PSTATE_MODE | PSTATE_nRW);

	return mode == PSTATE_EL0t || mode == PSTATE_EL1t ||
	       mode == PSTATE_EL1h;
}

static int core_sysreg(u64 n)
{
	return n == CORE(sp_el1)  ? SP_EL1 :
	       n == CORE(elr_el1) ? ELR_EL1 :
	       n == CORE(spsr[0]) ? SPSR_EL1 :
	                            -1;
}

static int access_sys(struct access *a, enum sysreg reg)
{
	struct vcpu *cpu = &a->v->arch.cpu;

	preempt_disable(); /* in the CPU or in memory: not between */
	if (a->set)
		vcpu_write_sys(cpu, reg, a->value[0]);
	else
		a->value[0] = vcpu_read_sys(cpu, reg);
	preempt_enable();
	return 0;
}

static unsigned size_of_id(u64 id)
{
	return 1u << ((id & KVM_REG_SIZE_MASK) >> KVM_REG_SIZE_SHIFT);
}

static int access_core(struct access *a)
{
	u64 n = (u32)a->id & ~(u32)KVM_REG_ARM_CORE;
	int reg = core_sysreg(n);
	unsigned size = 8;
	void *p = NULL;

	if (n >= sizeof(struct kvm_regs) / 4)
		return -ENOENT;
	if (reg < 0)
		p = core_in_memory(&a->v->arch.cpu, n, &size);
	if ((reg < 0 && !p) || size_of_id(a->id) != size)
		return -EINVAL;
	if (reg >= 0)
		return access_sys(a, (enum sysreg)reg);
	if (a->set && n == CORE(regs.pstate) && !pstate_ok(a->value[0]))
		return -EINVAL;
	if (a->set)
		memcpy(p, a->value, size);
	else
		memcpy(a->value, p, size);
	return 0;
}

/* --- system registers ---------------------------------------------------------- */
/* Some are not there on this CPU, and some have a core register's number. */
static bool is_listed(const struct kvm_vcpu *v, unsigned reg)
{
	switch (sysreg_info[reg].class) {
	case SYSREG_KEY:
		return kvm_has_keys(v);
	case SYSREG_SME:
		return false; /* hidden from guests */
	default:
		return reg != SP_EL0 && reg != SP_EL1 && reg != ELR_EL1 &&
		       reg != SPSR_EL1;
	}
}

/* One that cannot be changed may be "set" to what it is. */
static int constant(struct access *a, u64 is)
{
	if (a->set)
		return a->value[0] == is ? 0 : -EINVAL;
	a->value[0] = is;
	return 0;
}

static int access_id_register(struct access *a, u32 enc)
{
	const struct sysreg_emul *e = sysreg_find(&kvm_sysregs, enc);
	u64 is = 0;

	if (!e)
		e = sysreg_find(&sysreg_emul_table, enc);
	if (e)
		e->access(&a->v->arch.cpu, e, true, &is);
	return constant(a, is);
}

/* The VM's time: all of its vCPUs' offsets change. */
static int access_counter(struct access *a)
{
	struct kvm *kvm = a->v->kvm;
	u64 now = read_sysreg(CNTPCT_EL0);

	if (!a->set) {
		a->value[0] = now - a->v->arch.cpu.cntvoff;
		return 0;
	}
	kvm->arch.cntvoff = now - a->value[0];
	for (u32 i = 0; i < kvm->nr_vcpus; i++)
		kvm->vcpu[i]->arch.cpu.cntvoff = kvm->arch.cntvoff;
	/* Loaded already with the old one; by the next load, with this. */
	return 0;
}

/* CNTx_CTL.ISTATUS: Linux says it also of a timer that is off. */
static int read_ctl(struct access *a, enum sysreg ctl, enum sysreg cval)
{
	struct vcpu *cpu = &a->v->arch.cpu;
	u64 now = read_sysreg(CNTPCT_EL0) - cpu->cntvoff;

	access_sys(a, cval);
	now = now >= a->value[0] ? 4 : 0;
	access_sys(a, ctl);
	a->value[0] = (a->value[0] & 3) | now;
	return 0;
}

/* DBGBVR<n>_EL1 and so on: op2 4 to 7, CRm n. */
u64 *kvm_debug_slot(struct vcpu *cpu, u32 enc)
{
	u64 *const sets[] = { cpu->debug.bvr, cpu->debug.bcr, cpu->debug.wvr,
		              cpu->debug.wcr };
	u32 op2 = BITS(enc, 2, 0);

	if (op2 < 4 || (enc & ~0x7fu) != SYSREG_ENC(2, 0, 0, 0, 0))
		return NULL;
	return &sets[op2 - 4][BITS(enc, 6, 3)];
}

static int access_sysreg(struct access *a)
{
	u32 enc = a->id & 0xffff;
	u64 *debug = kvm_debug_slot(&a->v->arch.cpu, enc);

	if (size_of_id(a->id) != 8 ||
	    (u32)a->id & ~(u32)(KVM_REG_ARM_COPROC_MASK | 0xffff))
		return -ENOENT;
	if (a->id == KVM_REG_ARM_TIMER_CNT || a->id == KVM_REG_ARM_PTIMER_CNT)
		return access_counter(a);
	if (a->id == KVM_REG_ARM_TIMER_CVAL)
		return access_sys(a, CNTV_CVAL_EL0);
	if (a->id == KVM_REG_ARM_TIMER_CTL && !a->set)
		return read_ctl(a, CNTV_CTL_EL0, CNTV_CVAL_EL0);
	if (a->id == KVM_REG_ARM_PTIMER_CTL && !a->set)
		return read_ctl(a, CNTP_CTL_EL0, CNTP_CVAL_EL0);
	if (enc == ENC_MPIDR && !a->set)
		return constant(a, a->v->arch.cpu.mpidr);
	if (enc == ENC_MPIDR) {
		a->v->arch.cpu.mpidr = a->value[0];
		return 0;
	}
	if (enc == ENC_MIDR || enc == ENC_CTR)
		return constant(a, enc == ENC_MIDR ? read_sysreg(MIDR_EL1) :
		                                     read_sysreg(CTR_EL0));
	if (enc >= ID_FIRST && enc <= ID_LAST)
		return access_id_register(a, enc);
	if (debug) {
		a->set ? (*debug = a->value[0]) : (a->value[0] = *debug);
		return 0;
	}
	for (unsigned i = 0; i < NR_SYSREGS; i++)
		if (sysreg_info[i].enc == enc && is_listed(a->v, i))
			return access_sys(a, (enum sysreg)i);
	return -ENOENT;
}

/* --- the firmware that we play --------------------------------------------------- */
static int access_firmware(struct access *a)
{
	struct kvm_vcpu *v = a->v;

	if (a->id != KVM_REG_ARM_PSCI_VERSION)
		return -ENOENT;
	if (!a->set) {
		a->value[0] = v->arch.psci;
		return 0;
	}
	switch (a->value[0]) {
	case 0x00002:
	case 0x10000:
	case 0x10001:
		if (!(v->arch.features & BIT(KVM_ARM_VCPU_PSCI_0_2)))
			return -EINVAL;
		v->arch.psci = (u32)a->value[0];
		return 0;
	default:
		return -EINVAL;
	}
}

s64 kvm_one_reg(struct kvm_vcpu *v, u64 arg, bool set)
{
	struct access a = { .v = v, .set = set };
	struct kvm_one_reg reg;
	int err;

	if (copy_from_user(&reg, arg, sizeof(reg)))
		return -EFAULT;
	a.id = reg.id;
	if ((reg.id & ~KVM_REG_SIZE_MASK) >> 32 != KVM_REG_ARM64 >> 32)
		return -EINVAL;
	/* Another size will be refused below. */
	if (set && size_of_id(reg.id) <= sizeof(a.value) &&
	    copy_from_user(a.value, reg.addr, size_of_id(reg.id)))
		return -EFAULT;
	switch (reg.id & KVM_REG_ARM_COPROC_MASK) {
	case KVM_REG_ARM_CORE:
		err = access_core(&a);
		break;
	case KVM_REG_ARM64_SYSREG:
		err = access_sysreg(&a);
		break;
	case KVM_REG_ARM_FW:
		err = access_firmware(&a);
		break;
	default:
		err = -ENOENT;
	}
	if (err || set)
		return err;
	return copy_to_user(reg.addr, a.value, size_of_id(reg.id));
}

/* --- the list ------------------------------------------------------------------- */
struct list {
	u64 user; /* 0: only count */
	u64 n;
	int err;
};

static void emit(struct list *l, u64 id)
{
	if (l->user && !l->err)
		l->err = copy_to_user(l->user + 8 * l->n, &id, 8);
	l->n++;
}

static void list_core(struct kvm_vcpu *v, struct list *l)
{
	for (u64 n = 0; n < sizeof(struct kvm_regs) / 4; n++) {
		unsigned size = 8;

		if (core_sysreg(n) < 0 &&
		    !core_in_memory(&v->arch.cpu, n, &size))
			continue;
		emit(l, KVM_REG_ARM64 | KVM_REG_ARM_CORE | n |
		                (size == 16 ? KVM_REG_SIZE_U128 :
		                 size == 8  ? KVM_REG_SIZE_U64 :
		                              KVM_REG_SIZE_U32));
	}
}

static void list_sysregs(struct kvm_vcpu *v, struct list *l)
{
	for (unsigned i = 0; i < NR_SYSREGS; i++)
		if (is_listed(v, i) && i != CNTV_CVAL_EL0)
			emit(l, SYSREG_ID(sysreg_info[i].enc));
	emit(l, KVM_REG_ARM_TIMER_CVAL);
	emit(l, KVM_REG_ARM_TIMER_CNT);
	emit(l, SYSREG_ID(ENC_MIDR));
	emit(l, SYSREG_ID(ENC_MPIDR));
	emit(l, SYSREG_ID(ENC_CTR));
	for (u32 enc = ID_FIRST; enc <= ID_LAST; enc++)
		emit(l, SYSREG_ID(enc));
	for (u32 crm = 0; crm < DEBUG_REGS; crm++)
		for (u32 op2 = 4; op2 < 8; op2++)
			emit(l, SYSREG_ID(SYSREG_ENC(2, 0, 0, crm, op2)));
}

static void list_all(struct kvm_vcpu *v, struct list *l)
{
	list_core(v, l);
	list_sysregs(v, l);
	emit(l, KVM_REG_ARM_PSCI_VERSION);
}

s64 kvm_get_reg_list(struct kvm_vcpu *v, u64 arg)
{
	struct list l = { 0 };
	u64 room;

	if (copy_from_user(&room, arg, 8))
		return -EFAULT;
	list_all(v, &l);
	if (copy_to_user(arg, &l.n, 8))
		return -EFAULT;
	if (room < l.n)
		return -E2BIG;
	l.n = 0;
	l.user = arg + 8;
	list_all(v, &l);
	return l.err;
}
