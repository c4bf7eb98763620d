#include "01-vmxon/cpu.h"
#include "01-vmxon/smp.h"
#include "01-vmxon/stage.h"
#include "01-vmxon/vmx.h"
#include "01-vmxon/vmx_caps.h"
#include "03-entry-exit/canary.h"
#include "lib/panic.h"

const char stage_number[] = "03";
static struct vmx_caps caps;

void stage_main(const char *cmdline)
{
	const char *obstacle = vmx_probe(&caps);
	(void)cmdline;
	if (obstacle) stage_failed("%s", obstacle);
	vmx_on(&caps);
	for (unsigned i = 0; i < canary_test_count; i++) {
		struct canary_report r;
		if (canary_tests[i].flags & CANARY_NEEDS_NMIS) continue;
		bool ok = canary_run(&canary_tests[i], &caps, 2000, &r);
		printk("%s: %s %lu exits %s\n", canary_tests[i].name, ok ? "ok" : "BAD", r.exits, r.text);
	}
}
