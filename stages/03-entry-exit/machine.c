/*
 * machine.c - see machine.h.
 */
#include "03-entry-exit/machine.h"

#include "lib/panic.h"
#include "lib/string.h"

static struct machine *machine_of(struct vcpu *v)
{
	return v->vm->owner;
}

/* Whole lines go out at once: two CPUs may be printing. */
static void machine_port_out(struct vcpu *v, u16 port, int size, u32 value)
{
	struct machine *m = machine_of(v);

	if (port != MACHINE_CONSOLE_PORT || size != 1)
		return;
	if (value != '\n' && m->length < sizeof(m->line) - 1) {
		m->line[m->length++] = (char)value;
		return;
	}
	m->line[m->length] = 0;
	m->length = 0;
	printk("%s\n", m->line);
}

void machine_init(struct machine *m, const struct vmx_caps *caps)
{
	const char *missing;

	memset(m, 0, sizeof(*m));
	vm_init(&m->vm, 2 * MiB, caps);
	m->vm.owner = m;
	m->vm.port_out = machine_port_out;
	missing = vcpu_init(&m->v, &m->vm, caps);
	if (missing)
		stage_failed("this CPU's VMX lacks: %s", missing);
}

void machine_start_64(struct machine *m, const u8 *start, const u8 *end)
{
	guest_load(&m->vm, (gpa_t){ GUEST_GPA }, start, end);
	guest_state_64(&m->v, MACHINE_ENTRY, GUEST_VA_BASE + GUEST_STACK_GPA,
	               guest_map_64(&m->v, (gpa_t){ GUEST_TABLES_GPA }));
}

void machine_start_real(struct machine *m, const u8 *start, const u8 *end)
{
	guest_load(&m->vm, (gpa_t){ GUEST_REAL_GPA }, start, end);
	guest_state_real(&m->v, 0, GUEST_REAL_GPA);
}

static enum run_result count_exits(struct machine *m)
{
	struct vcpu *v = &m->v;
	enum exit_action action;

	do {
		if (vcpu_enter(v) != VMX_OK)
			return RUN_ENTRY_FAILED;
		m->count[v->reason % EXIT_REASONS]++;
		if (v->reason & EXIT_ENTRY_FAILURE)
			return RUN_BAD_STATE;
		action = vcpu_dispatch(v);
	} while (action == EXIT_RESUME);
	return action == EXIT_TO_CALLER ? RUN_EXIT : RUN_UNHANDLED;
}

enum run_result machine_run(struct machine *m)
{
	enum run_result r;

	vcpu_load(&m->v);
	r = count_exits(m);
	vcpu_put(&m->v);
	return r;
}

void machine_must_run(struct machine *m, u32 reason)
{
	enum run_result r = machine_run(m);

	if (r == RUN_ENTRY_FAILED)
		stage_failed("VM entry failed: %s",
		             vmx_error_words(m->v.error));
	if (r == RUN_EXIT && m->v.reason == reason)
		return;
	stage_failed("exit %u (%s) at guest RIP %#lx%s; expected was %u (%s)",
	             m->v.reason & 0xffff, exit_name(m->v.reason),
	             vmcs_readnat(GUEST_RIP),
	             r == RUN_UNHANDLED ? " has no handler" : "", reason,
	             exit_name(reason));
}

void machine_report(const struct machine *m)
{
	const char *comma = "";

	printk("  %lu exits:", m->v.exits);
	for (u32 i = 0; i < EXIT_REASONS; i++) {
		if (!m->count[i])
			continue;
		printk("%s %lu %s", comma, m->count[i], exit_name(i));
		comma = ",";
	}
	printk("\n");
}

void machine_done(struct machine *m)
{
	vmcs_clear(&m->v.vmcs);
}
