/*
 * test_controls.c - capabilities and control rounding, on the capability MSRs
 * of several CPU models.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "02-vmcs/controls.h"
#include "tests/fake/vmx_cpu.h"

Test(controls, the_table_is_sorted_and_unique)
{
	for (unsigned i = 1; i < vmx_control_count; i++) {
		const struct vmx_control *a = &vmx_controls[i - 1];
		const struct vmx_control *b = &vmx_controls[i];

		cr_expect(a->group < b->group ||
		                  (a->group == b->group && a->bit < b->bit),
		          "%s, %s", a->name, b->name);
	}
}

Test(controls, each_control_is_found_by_its_bit)
{
	for (unsigned i = 0; i < vmx_control_count; i++)
		cr_expect_eq(vmx_control_at(vmx_controls[i].group,
		                            vmx_controls[i].bit),
		             &vmx_controls[i]);
	cr_expect_null(vmx_control_at(VMX_PIN, 1));
	cr_expect_null(vmx_control_at(VMX_GROUPS, 0));
	cr_expect_eq(PIN_NMI_EXITING, 8);
	cr_expect_eq(PROC_ACTIVATE_SECONDARY_CONTROLS, 0x80000000);
}

Test(controls, msrs_that_a_cpu_lacks_are_not_read)
{
	for (enum fake_cpu c = 0; c < FAKE_CPUS; c++) {
		struct vmx_caps caps = fake_cpu_caps(c);

		cr_expect_eq(fake_cpu_faults, 0, "%s: %u faults",
		             fake_cpu_name(c), fake_cpu_faults);
		cr_expect(caps.exists & BIT(IDX_IA32_VMX_BASIC));
	}
	cr_expect_not(fake_cpu_caps(CPU_CORE2).exists &
	              BIT(IDX_IA32_VMX_PROCBASED_CTLS2));
	cr_expect(fake_cpu_caps(CPU_IVY).exists &
	          BIT(IDX_IA32_VMX_EPT_VPID_CAP));
	cr_expect_not(fake_cpu_caps(CPU_IVY).exists &
	              BIT(IDX_IA32_VMX_VMFUNC));
}

Test(controls, basic_is_decoded)
{
	struct vmx_caps core2 = fake_cpu_caps(CPU_CORE2);
	struct vmx_caps tiger = fake_cpu_caps(CPU_BOCHS_TIGERLAKE);

	cr_expect_eq(vmx_revision(&core2), 7);
	cr_expect_eq(vmx_region_size(&core2), 1024);
	cr_expect_eq(vmx_memory_type(&core2), 6);
	cr_expect_not(vmx_has_true_controls(&core2));
	cr_expect_eq(vmx_region_size(&tiger), 4096);
	cr_expect(vmx_has_true_controls(&tiger));
	cr_expect(vmx_has(&tiger, IDX_IA32_VMX_BASIC, BASIC_ANY_ERROR_CODE));
	cr_expect_not(
		vmx_has(&core2, IDX_IA32_VMX_BASIC, BASIC_ANY_ERROR_CODE));
}

Test(controls, misc_is_decoded)
{
	struct vmx_caps ivy = fake_cpu_caps(CPU_IVY);

	cr_expect_eq(vmx_timer_shift(&ivy), 5);
	cr_expect_eq(vmx_cr3_targets(&ivy), 4);
	cr_expect_eq(vmx_msr_list_max(&ivy), 512);
	cr_expect(vmx_has(&ivy, IDX_IA32_VMX_MISC, MISC_ACTIVITY_HLT));
	cr_expect_not(
		vmx_has(&ivy, IDX_IA32_VMX_MISC, MISC_VMWRITE_ANY_FIELD));
}

Test(controls, fixed_bits)
{
	struct vmx_caps caps = fake_cpu_caps(CPU_BOCHS_SKYLAKE);
	struct vmx_allowed cr4 = vmx_allowed_cr4(&caps);

	cr_expect(vmx_fits(cr4, 0x2020));
	cr_expect_not(vmx_fits(cr4, 0x20));       /* VMXE missing */
	cr_expect_not(vmx_fits(cr4, 0x00802000)); /* no CET */
	cr_expect_eq(vmx_adjust(cr4, 0x00800020), 0x2020);
}

/* A default1 control can be switched off only where TRUE MSRs say so. */
Test(controls, true_msrs_free_the_default1_controls)
{
	struct vmx_caps ivy = fake_cpu_caps(CPU_IVY);
	struct vmx_caps core2 = fake_cpu_caps(CPU_CORE2);
	struct controls c;

	c = controls_round(&ivy, VMX_PROC, PROC_HLT_EXITING, 0);
	cr_expect_eq(c.value, 0x040061f2);
	cr_expect_eq(c.missing, 0);
	cr_expect_eq(c.imposed, 0x04006172);

	c = controls_round(&core2, VMX_PROC, PROC_HLT_EXITING, 0);
	cr_expect_eq(c.value, 0x0401e1f2);
	cr_expect(c.imposed & PROC_CR3_LOAD_EXITING);
	cr_expect(c.imposed & PROC_CR3_STORE_EXITING);
}

Test(controls, missing_controls_are_named)
{
	struct vmx_caps core2 = fake_cpu_caps(CPU_CORE2);
	struct vmx_caps skylake = fake_cpu_caps(CPU_BOCHS_SKYLAKE);
	char words[100];
	struct controls c;

	c = controls_round(&core2, VMX_PIN, PIN_NMI_EXITING | PIN_VIRTUAL_NMIS,
	                   PIN_ACTIVATE_PREEMPTION_TIMER);
	cr_expect_eq(c.missing, PIN_VIRTUAL_NMIS);
	cr_expect_eq(c.value, 0x1e); /* the nice one is left out, too */
	controls_words(VMX_PIN, c.missing, words, sizeof(words));
	cr_expect_str_eq(words, "virtual NMIs");

	c = controls_round(&skylake, VMX_PROC2,
	                   PROC2_ENABLE_EPT | PROC2_MODE_BASED_EXECUTE |
	                           PROC2_SUB_PAGE_WRITE,
	                   PROC2_ENABLE_VPID);
	controls_words(VMX_PROC2, c.missing, words, sizeof(words));
	cr_expect_str_eq(words, "mode-based execute control for EPT, "
	                        "sub-page write permissions for EPT");
	cr_expect_eq(c.value, PROC2_ENABLE_EPT | PROC2_ENABLE_VPID);
}

Test(controls, no_secondary_controls_at_all)
{
	struct vmx_caps core2 = fake_cpu_caps(CPU_CORE2);
	struct controls c = controls_round(&core2, VMX_PROC2, PROC2_ENABLE_EPT,
	                                   PROC2_ENABLE_VPID);

	cr_expect_eq(c.missing, PROC2_ENABLE_EPT);
	cr_expect_eq(c.value, 0);
	cr_expect_not(vmx_may_set(&core2, VMX_PROC,
	                          PROC_ACTIVATE_SECONDARY_CONTROLS));
	cr_expect_not(vmx_may_set(&core2, VMX_PROC2, PROC2_ENABLE_EPT));
}

Test(controls, the_rounded_word_always_fits)
{
	for (enum fake_cpu cpu = 0; cpu < FAKE_CPUS; cpu++) {
		struct vmx_caps caps = fake_cpu_caps(cpu);

		for (enum vmx_group g = 0; g < VMX_GROUPS; g++) {
			struct controls all =
				controls_round(&caps, g, 0, ~0ull);
			struct controls none = controls_round(&caps, g, 0, 0);

			cr_expect(vmx_fits(vmx_allowed(&caps, g), all.value),
			          "%s: %s", fake_cpu_name(cpu),
			          vmx_group_name(g));
			cr_expect(vmx_fits(vmx_allowed(&caps, g), none.value));
		}
	}
}

Test(controls, words_are_cut_off_at_the_end_of_the_buffer)
{
	char words[12];

	memset(words, 'x', sizeof(words));
	controls_words(VMX_PIN, ~0ull, words, sizeof(words));
	cr_expect_str_eq(words, "external-in");
	controls_words(VMX_PIN, BIT(1), words, sizeof(words));
	cr_expect_str_eq(words, "bit 1");
	controls_words(VMX_PIN, 0, words, sizeof(words));
	cr_expect_str_eq(words, "");
}
