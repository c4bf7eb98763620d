/*
 * canary.c - run the canary guest, watch every exit from both sides.
 */
#include "03-entry-exit/canary.h"

#include "01-vmxon/cpu.h"
#include "01-vmxon/lapic.h"
#include "03-entry-exit/guest_mem.h"
#include "03-entry-exit/guest_state.h"
#include "03-entry-exit/guests.h"
#include "03-entry-exit/host_regs.h"
#include "lib/panic.h"
#include "lib/string.h"

/*
 * LAPIC timer ticks: enough for the guest to get to its spin, but under another
 * hypervisor, where a way in takes long, only after some doublings.
 */
#define PATIENCE 4000
#define PATIENCE_MAX (PATIENCE << 12)

/* A canary's own machine, one per CPU. */
struct canary {
	struct vm vm;
	struct vcpu v;
	struct canary_block *block;
	bool ready;
	const struct canary_test *test;
	struct canary_report *report;
	u64 round, patience;
};
static struct canary canaries[MAX_CPUS];

/* What may vary in a slot, and what is set. */
static void limit_slot(struct canary_block *b, int slot, u64 mask, u64 fixed)
{
	b->mask[slot] = mask & ~fixed;
	b->fixed[slot] = fixed;
}

#define CANONICAL MASK(46, 0)
#define FLAGS_VARY                                                            \
	(BIT(0) | BIT(2) | BIT(4) | BIT(6) | BIT(7) | BIT(10) | BIT(11) |     \
	 MASK(13, 12) | BIT(18) | BIT(21))

#define NAMED(msr) #msr, msr

static const struct {
	const char *name;
	u32 number;
	u64 mask, fixed;
} canary_msrs[CANARY_MSRS] = {
	{ NAMED(IA32_STAR), ~0ul, 0 },
	{ NAMED(IA32_LSTAR), CANONICAL, 0 },
	{ NAMED(IA32_CSTAR), CANONICAL, 0 },
	{ NAMED(IA32_FMASK), MASK(31, 0), 0 },
	{ NAMED(IA32_KERNEL_GS_BASE), CANONICAL, 0 },
	{ NAMED(IA32_TSC_AUX), MASK(31, 0), 0 },
	{ NAMED(IA32_SYSENTER_CS), 0xfff8, 0 },
	{ NAMED(IA32_SYSENTER_ESP), CANONICAL, 0 },
	{ NAMED(IA32_SYSENTER_EIP), CANONICAL, 0 },
	{ NAMED(IA32_FS_BASE), CANONICAL, 0 },
	{ NAMED(IA32_GS_BASE), CANONICAL, 0 },
	{ NAMED(IA32_PAT), 0x0404040404040404, 0 },
};

static void set_limits(struct canary_block *b, const struct canary_test *t)
{
	for (int i = 0; i < CANARY_SLOTS; i++)
		limit_slot(b, i, ~0ul, 0);
	limit_slot(b, SLOT_RSP, 0, GUEST_VA_BASE + GUEST_STACK_GPA);
	limit_slot(b, SLOT_RFLAGS, FLAGS_VARY, RFLAGS_FIXED | RFLAGS_IF);
	for (int i = SLOT_DR0; i <= SLOT_DR3; i++)
		limit_slot(b, i, CANONICAL, 0);
	limit_slot(b, SLOT_DR7, MASK(7, 0), BIT(10)); /* enables */
	limit_slot(b, SLOT_DR6, MASK(3, 0) | MASK(15, 13), 0xffff0ff0);
	limit_slot(b, SLOT_MXCSR, MASK(5, 0) | MASK(15, 13), 0x1f80);
	for (int i = 0; i < CANARY_MSRS; i++) {
		limit_slot(b, SLOT_MSR + i, canary_msrs[i].mask,
		           canary_msrs[i].fixed);
		b->msr_numbers[i] = canary_msrs[i].number;
	}
	for (unsigned i = 0; i < ARRAY_SIZE(t->input); i++)
		if (t->input[i].slot || t->input[i].value)
			limit_slot(b, t->input[i].slot, 0, t->input[i].value);
}

static void make_ready(struct canary *c, const struct vmx_caps *caps)
{
	const char *missing;

	if (c->ready)
		return;
	vm_init(&c->vm, 2 * MiB, caps);
	missing = vcpu_init(&c->v, &c->vm, caps);
	if (missing)
		panic("this CPU lacks: %s", missing);
	c->block = guest_ptr(&c->vm, (gpa_t){ CANARY_GPA }, sizeof(*c->block));
	c->ready = true;
}

static void start_guest(struct canary *c, u64 rounds)
{
	struct vcpu *v = &c->v;
	struct canary_block *b = c->block;

	memset(c->vm.ram, 0, c->vm.ram_size);
	guest_load(&c->vm, (gpa_t){ GUEST_GPA }, GUEST_IMAGE(canary64));
	guest_state_64(v, GUEST_VA_BASE + GUEST_GPA,
	               GUEST_VA_BASE + GUEST_STACK_GPA,
	               guest_map_64(v, (gpa_t){ GUEST_TABLES_GPA }));
	vmcs_write32(EXCEPTION_BITMAP, c->test->exceptions);
	vcpu_clear_timer(v);
	v->events = (struct pending){ .irq = NO_VECTOR };
	set_limits(b, c->test);
	for (int i = 0; i < CANARY_SLOTS; i++)
		b->raw[i] =
			0x9e3779b97f4a7c15 * (u64)(i + 1) + this_cpu()->number;
	b->skip = c->test->outputs;
	b->kind = c->test->kind;
	b->rounds = rounds;
	c->round = 0;
	c->patience = PATIENCE;
}

static bool complain(struct canary *c, const char *side, const char *what,
                     u64 is, u64 should)
{
	snprintk(c->report->text, sizeof(c->report->text),
	         "%s, round %lu: %s %s is %#lx, not %#lx", c->test->name,
	         c->round, side, what, is, should);
	return false;
}

static const char *const gpr_names[16] = {
	"RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI",
	"R8",  "R9",  "R10", "R11", "R12", "R13", "R14", "R15",
};

static bool complain_host(struct canary *c, const char *name)
{
	snprintk(c->report->text, sizeof(c->report->text),
	         "%s, round %lu: the host's %s changed", c->test->name,
	         c->round, name);
	return false;
}

static bool complain_entry(struct canary *c, enum vmx_result r)
{
	snprintk(c->report->text, sizeof(c->report->text),
	         "%s, round %lu: the entry failed, vmx_enter said %#x: %s",
	         c->test->name, c->round, (unsigned)r,
	         r == VMX_FAIL_VALID ? vmx_error_words(c->v.error) :
	                               vmx_outcome_name(r));
	return false;
}

/* Registers as vmx_enter left them to C: kept, or cleared. */
static bool check_after(struct canary *c, const u64 *after)
{
	for (unsigned i = 1; i < 16; i++) {
		u64 want = HOST_KEPT & BIT(i) ? HOST_PATTERN + i : 0;

		if (i != SLOT_RSP && after[i] != want)
			return complain(c, "vmx_enter's", gpr_names[i],
			                after[i], want);
	}
	return true;
}

/* The guest's registers as vmx_enter stored them. */
static bool check_stored(struct canary *c)
{
	const u64 *want = c->block->want;

	for (unsigned i = 0; i < 16; i++)
		if (vcpu_reg(&c->v, i) != want[i])
			return complain(c, "the guest's stored", gpr_names[i],
			                vcpu_reg(&c->v, i), want[i]);
	if (c->v.regs.cr2 != want[SLOT_CR2])
		return complain(c, "the guest's stored", "CR2", c->v.regs.cr2,
		                want[SLOT_CR2]);
	return true;
}

/* One entry and exit, with fresh patterns in the host around it. */
static bool watched_exit(struct canary *c)
{
	struct host_regs before, after;
	enum vmx_result r;
	u64 gprs[16];
	const char *name;

	host_fill(c->round + c->report->exits);
	if (c->test->arm)
		c->test->arm(c->patience + c->round % 64);
	host_read(&before);
	vcpu_load(&c->v);
	vcpu_before_enter(&c->v);
	r = (c->round & 1 ? canary_call_deep :
	                    canary_call)(&c->v.regs, c->v.vmcs.launched, gprs);
	vcpu_after_enter(&c->v, r);
	vcpu_put(&c->v);
	host_read(&after);
	c->report->exits++;

	if (r != VMX_OK)
		return complain_entry(c, r);
	name = host_difference(&before, &after);
	if (name)
		return complain_host(c, name);
	return check_after(c, gprs);
}

static bool check_reason(struct canary *c, u32 reason)
{
	if (c->v.reason == reason)
		return true;
	snprintk(c->report->text, sizeof(c->report->text),
	         "%s, round %lu: exit reason %#x (%s), not %u (%s)",
	         c->test->name, c->round, c->v.reason, exit_name(c->v.reason),
	         reason, exit_name(reason));
	return false;
}

static void slot_name(u64 slot, char *buf, size_t size)
{
	static const char *const singles[] = {
		[SLOT_RFLAGS] = "RFLAGS", [SLOT_CR2] = "CR2",
		[SLOT_DR0] = "DR0",       [SLOT_DR1] = "DR1",
		[SLOT_DR2] = "DR2",       [SLOT_DR3] = "DR3",
		[SLOT_DR6] = "DR6",       [SLOT_MXCSR] = "MXCSR",
		[SLOT_ST0] = "ST0",       [SLOT_DR7] = "DR7",
	};

	if (slot < 16)
		snprintk(buf, size, "%s", gpr_names[slot]);
	else if (slot >= SLOT_MSR && slot < SLOT_MSR + CANARY_MSRS)
		snprintk(buf, size, "%s", canary_msrs[slot - SLOT_MSR].name);
	else if (slot >= SLOT_XMM && slot < SLOT_XMM + 32)
		snprintk(buf, size, "XMM%lu", (slot - SLOT_XMM) / 2);
	else
		snprintk(buf, size, "%s", singles[slot]);
}

static bool guest_complains(struct canary *c)
{
	const struct canary_block *b = c->block;
	char what[32];

	if (b->bad >= CANARY_SLOTS) {
		complain(c, "the guest's", "exception, its number", b->bad, 0);
		return true;
	}
	slot_name(b->bad, what, sizeof(what));
	complain(c, "the guest's own", what, b->got[b->bad], b->want[b->bad]);
	return true;
}

/* The guest's last word comes by VMCALL, with a phase in its block. */
static bool is_over(struct canary *c)
{
	return c->block->phase != PHASE_RUNNING;
}

static void step_on(unsigned bytes)
{
	if (bytes)
		vmcs_writenat(GUEST_RIP, vmcs_readnat(GUEST_RIP) + bytes);
}

/* Is the guest at `jmp .`, where it waits for something asynchronous? */
static bool is_spinning(struct vcpu *v)
{
	u8 code[2];

	return guest_read(v, vmcs_readnat(GUEST_RIP), code, 2, NULL) &&
	       code[0] == 0xeb && code[1] == 0xfe;
}

static bool provoked_exit(struct canary *c)
{
	const struct canary_test *t = c->test;

	t->provoke(&c->v, c->round);
	if (t->second == CANARY_NO_EXIT)
		return true;
	if (!watched_exit(c))
		return false;
	if (is_over(c))
		return true;
	if (!check_reason(c, t->second) ||
	    (!(t->flags & CANARY_ANY_PLACE) && !check_stored(c)))
		return false;
	vcpu_dispatch(&c->v);
	return true;
}

static bool one_round(struct canary *c)
{
	const struct canary_test *t = c->test;

	if (!watched_exit(c))
		return false;
	if (is_over(c))
		return true;
	if (!check_reason(c, t->reason))
		return false;
	if (t->kind == CANARY_SPIN && !is_spinning(&c->v)) {
		vcpu_dispatch(&c->v); /* it came too early: once more */
		c->patience = MIN(2 * c->patience, PATIENCE_MAX);
		return true;
	}
	if (!check_stored(c))
		return false;
	vcpu_dispatch(&c->v);
	step_on(t->skip);
	return !t->provoke || provoked_exit(c);
}

/* A guest that gets through without the exits proves nothing. */
static bool enough_exits(struct canary *c, u64 rounds)
{
	u64 per_round =
		c->test->provoke && c->test->second != CANARY_NO_EXIT ? 2 : 1;

	if (c->report->exits > rounds * per_round)
		return true;
	snprintk(c->report->text, sizeof(c->report->text),
	         "%s: the guest went %lu rounds with %lu exits", c->test->name,
	         rounds, c->report->exits);
	return false;
}

bool canary_run(const struct canary_test *t, const struct vmx_caps *caps,
                u64 rounds, struct canary_report *r)
{
	struct canary *c = &canaries[this_cpu()->number];
	bool good = true;

	make_ready(c, caps);
	c->test = t;
	c->report = r;
	*r = (struct canary_report){ 0 };
	host_fill_fixed(this_cpu()->number);
	start_guest(c, rounds);
	for (; good && !is_over(c); c->round++)
		good = one_round(c);
	host_relax();
	if (t->disarm)
		t->disarm();
	if (good && c->block->phase == PHASE_BAD)
		good = !guest_complains(c);
	vmcs_clear(&c->v.vmcs);
	return good && enough_exits(c, rounds);
}
