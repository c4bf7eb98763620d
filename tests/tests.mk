# tests.mk - what `make check`, `make test` and `make test-slow` run.
#
#   tests/unit/test_NAME.c   Criterion, on this machine, ASan and UBSan.  One
#                            line below names the sources that it tests.
#   tests/boot/test_NAME.c   Criterion, drives the emulators by boot.h
#   tests/tree/test_NAME.sh  a script, from the top of the tree: 0 is passed, 77
#                            skipped (the last line says why), else failed;
#                            its lines "tell: ..." are shown in any case
#   tests/slow/              like boot/ and tree/, for `make test-slow`
#   tests/gdb/, tests/lint/  like boot/ and tree/, for `make test`

unit_lib := lib/print.c
unit_bochs_answers := tools/bochs-gdb/text.c tools/bochs-gdb/stop.c

unit_caps := tests/fake/vmx_cpu.c \
	$(addprefix stages/01-vmxon/,vmx_caps.c vmx_controls.c)
unit_vmcs := lib/print.c $(addprefix stages/02-vmcs/,vmcs_fields.c \
	vmcs_words.c vmx_errors.c access_rights.c controls.c)
unit_controls := lib/print.c $(unit_caps) stages/02-vmcs/controls.c
unit_vmcs_fields := $(unit_vmcs) stages/02-vmcs/dump.c \
	$(addprefix stages/01-vmxon/,vmx_controls.c vmx_caps.c)
unit_rows := $(unit_vmcs) stages/02-vmcs/dump.c stages/02-vmcs/rows.c \
	$(addprefix stages/01-vmxon/,vmx_controls.c vmx_caps.c)
unit_entry_checks := $(unit_vmcs) $(unit_caps) \
	$(addprefix stages/02-vmcs/,sample.c breakage.c) \
	$(wildcard stages/02-vmcs/entry_checks/*.c)
unit_ept := stages/03-entry-exit/ept.c tests/fake/pages.c
unit_exit := stages/03-entry-exit/exit_names.c \
	$(addprefix stages/01-vmxon/,vmx_words.c exceptions.c)

kvm_x86 := stages/05-full/kvm/x86
unit_x86_lapic := $(addprefix $(kvm_x86)/,lapic.c lapic_timer.c)
unit_x86_irqchip := $(addprefix $(kvm_x86)/,ioapic.c pic.c pit.c)
unit_x86_insn := $(addprefix $(kvm_x86)/,insn_decode.c insn_opcode.c)
unit_x86_compute := $(addprefix $(kvm_x86)/,insn_compute.c insn_muldiv.c)
unit_x86_cpuid := $(kvm_x86)/cpuid_policy.c
unit_x86_vpid := $(kvm_x86)/vpid.c
unit_x86_tsc := $(kvm_x86)/tsc.c

unit_vmm := $(addprefix stages/05-full/vmm/,elf.c uart16550.c bus.c x86/date.c)

unit_arm64_cpu := lib/print.c tests/fake/arm64_cpu.c stages/04-arm64-el2/sysregs.c
unit_arm64_esr := $(unit_arm64_cpu) stages/04-arm64-el2/esr.c
unit_arm64_mmio := stages/04-arm64-el2/mmio.c
unit_arm64_stage2 := $(unit_arm64_cpu) stages/04-arm64-el2/stage2.c
unit_arm64_vmid := $(unit_arm64_cpu) stages/04-arm64-el2/vmid.c
unit_arm64_sysregs := $(unit_arm64_cpu) \
	$(addprefix stages/04-arm64-el2/,sysreg_find.c sysreg_emul.c)
unit_arm64_timer := $(unit_arm64_cpu) stages/04-arm64-el2/timer_guest.c
unit_arm64_exit := $(unit_arm64_sysregs) $(addprefix stages/04-arm64-el2/, \
	exit.c handlers.c inject.c mmio.c esr.c timer_guest.c vcpu_sys.c)

unit_arm64_vgic := $(addprefix stages/05-full/kvm/arm64/,vgic.c vgic_lr.c \
	vgic_mmio.c)
unit_x86_tables := $(addprefix stages/05-full/host/x86/,user_tables.c user_regs.c)

unit_host_memory := lib/print.c lib/panic.c tests/fake/host.c $(addprefix stages/05-full/host/, \
	buddy.c frames.c kmalloc.c region.c)
unit_host_files := $(addprefix stages/05-full/host/,cpio.c elf.c)

# --- unit tests ------------------------------------------------------------------
UNIT_NAMES := $(patsubst tests/unit/test_%.c,%,$(wildcard tests/unit/test_*.c))
UNIT_TESTS := $(UNIT_NAMES:%=$(B)/tests/unit/test_%)
UNIT_CFLAGS := -std=gnu11 -O1 -g $(WARN) $(INCLUDE) -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -MMD -MP

# What every unit test gets: a console and a power switch that do nothing bad.
unit_common := tests/fake/machine.c

# Stage 04's logic runs on any machine: there, system registers are variables.
$(B)/unit/stages/04-arm64-el2/% $(B)/unit/tests/fake/arm64_cpu.c.o \
$(B)/unit/tests/unit/test_arm64_%: private UNIT_CFLAGS := \
	-Itests/fake/arm64 $(UNIT_CFLAGS)

# Neutral code of stage 05's host finds a host_arch.h of no architecture.
$(B)/unit/stages/05-full/host/%.c.o $(B)/unit/tests/unit/test_host_%.c.o \
$(B)/unit/tests/fake/host.c.o: private UNIT_CFLAGS := \
	-Itests/fake/host $(UNIT_CFLAGS)

# Stage 05's pure code for x86 finds its host_arch.h.
$(B)/unit/stages/05-full/host/x86/% $(B)/unit/tests/unit/test_x86_%: \
	private UNIT_CFLAGS := -Istages/05-full/host/x86 $(UNIT_CFLAGS)

$(B)/unit/%.c.o: %.c Makefile tests/tests.mk
	@mkdir -p $(@D)
	@echo "  HOSTCC  $<"
	$(Q)$(HOSTCC) $(UNIT_CFLAGS) -c -o $@ $<

define unit_test
$(B)/tests/unit/test_$1: $(patsubst %,$(B)/unit/%.o,tests/unit/test_$1.c \
		$(unit_$1) $(unit_common))
	@mkdir -p $$(@D)
	@echo "  HOSTLD  $$@"
	$(Q)$(HOSTCC) -fsanitize=address,undefined -o $$@ $$^ -lcriterion || \
		{ echo "tests/tests.mk lists its sources as unit_$1"; exit 1; }
-include $(patsubst %,$(B)/unit/%.d,tests/unit/test_$1.c $(unit_$1))
endef
$(foreach n,$(UNIT_NAMES),$(eval $(call unit_test,$n)))

# --- tests that boot --------------------------------------------------------------
BOOT_TESTS := $(patsubst %.c,$(B)/%,$(wildcard $(foreach k,boot gdb slow, \
	tests/$k/test_*.c)))

$(BOOT_TESTS): $(B)/%: %.c tests/boot/boot.c tests/boot/boot.h \
		$(wildcard tests/gdb/*.h) tests/tests.mk
	@mkdir -p $(@D)
	@echo "  HOSTCC  $@"
	$(Q)$(HOSTCC) -std=gnu11 -O1 -g $(WARN) $(INCLUDE) -o $@ $< \
		tests/boot/boot.c -lcriterion

# A boot loader that hands stage 04 a broken device tree.
LIAR := $(B)/tests/boot/liar/stage-04
$(LIAR).img: tests/boot/liar.S
	@mkdir -p $(@D)
	@echo "  AS      $<"
	$(Q)$(call CC.$(TOOLCHAIN),arm64) -c -o $(LIAR).o $<
	$(Q)$(call LD.$(TOOLCHAIN),arm64) -Ttext=0x44000000 -e 0x44000000 -o $(LIAR).elf $(LIAR).o
	$(Q)$(call OBJCOPY.$(TOOLCHAIN),arm64) -O binary $(LIAR).elf $@
$(B)/tests/boot/test_stage04: $(LIAR).img

# Machines that send back what is typed.
ECHO := $(B)/tests/boot/echo
echo_at.x86_64 := 0x100000
echo_at.arm64 := 0x40200000
echo_entry.arm64 := -e 0x40200000
$(ECHO)/%.elf: tests/boot/echo_%.S
	@mkdir -p $(@D)
	@echo "  AS      $<"
	$(Q)$(call CC.$(TOOLCHAIN),$*) -c -o $(@:.elf=.o) $<
	$(Q)$(call LD.$(TOOLCHAIN),$*) -z noexecstack -Ttext=$(echo_at.$*) -o $@ $(@:.elf=.o) $(echo_entry.$*)
$(ECHO)/arm64.img: $(ECHO)/arm64.elf
	$(Q)$(call OBJCOPY.$(TOOLCHAIN),arm64) -O binary $< $@
$(B)/tests/boot/test_console: $(ECHO)/x86_64.elf $(ECHO)/arm64.img

# --- checks of the source tree, by which images depend on -------------------------
TREE_SOURCES := $(shell find lib stages guests -name '*.[chS]' 2>/dev/null)

$(B)/include-order.ok: $(TREE_SOURCES) tests/tree/include-order
	@mkdir -p $(@D)
	$(Q)tests/tree/include-order && touch $@

$(B)/no-copies.ok: $(TREE_SOURCES) tests/tree/copies tests/tree/functions.awk
	@mkdir -p $(@D)
	$(Q)tests/tree/copies && touch $@

# --- what one types ----------------------------------------------------------------
.PHONY: check test test-slow test-programs
#@ make check               the quick tests: of the source tree, and on this machine
check:
	$(Q)tools/setup --quiet
	$(Q)$(BUILD) $(EMU) $(UNIT_TESTS) \
		$(B)/include-order.ok $(B)/no-copies.ok
	$(Q)tools/test-all tree unit

#@ make test                all tests; the last line is the summary
test:
	$(Q)tools/setup --quiet
	$(Q)$(BUILD) all test-programs
	$(Q)tools/test-all tree unit lint boot gdb book

#@ make test-slow           what takes many minutes
test-slow:
	$(Q)tools/setup --quiet
	$(Q)$(BUILD) all test-programs
	$(Q)tools/test-all slow

test-programs: $(UNIT_TESTS) $(BOOT_TESTS)

#@ make format              lay out the C sources by .clang-format
.PHONY: format
format:
	$(Q)find lib stages guests tools tests -name '*.[ch]' | \
		xargs -n 16 -P 2 clang-format -i

# One compiler command for each header, for tests/tree/test_headers.sh.
# insn_list.h is a template: its user says which list.
HEADERS := $(filter-out guests/05-full/insn_list.h,$(filter %.h,$(TREE_SOURCES)))
define newline


endef
# Which compiler: arm64's for stage 04 and arm64/ folders, both for neutral ones.
arm_only = $(findstring /arm64/,/$1)$(findstring /04-,$1)$(call 05_half,host,$1)$(call 05_half,kvm,$1)
x86_only = $(findstring /x86,/$1)$(findstring /01-,$1)$(findstring /02-,$1)$(findstring /03-,$1)
# Neutral headers of stage 05 find the architecture's by the include path.
header_flags = $(if $(findstring /05-,$1),$(HOST_INCLUDE.$2)) \
	$(if $(filter guests/%,$1),-Iguests/05-full -Iguests/$2/05-full)
# A half of stage 05 that one architecture has not got yet.
05_half = $(if $(findstring /05-full/$1/,$2),$(if $(wildcard stages/05-full/$1/x86/$1_arch.h),,yes))
define header_lines
$(if $(call arm_only,$1),,$(call header_cc,$1,x86_64) $1 -x c /dev/null)
$(if $(call x86_only,$1),,$(call header_cc,$1,arm64) $1 -x c /dev/null)
endef
header_cc = $(call CC.gcc,$2) $(call header_flags,$1,$2) $(filter-out -MMD -MP,$(CFLAGS.all)) \
	$(CFLAGS.$2) -fsyntax-only -include
$(B)/tests/headers.list: $(HEADERS) tests/tests.mk Makefile
	$(shell mkdir -p $(@D))$(file >$@,$(foreach h,$(HEADERS),$(call header_lines,$h)$(newline)))
	@sed -i '/^ *$$/d; s/^ *//' $@

# clang-tidy, again only for what has changed: tests/lint/test_tidy.sh.  A file
# is due when its object file is.
TIDY := $(filter %.c,$(TREE_SOURCES))
.PHONY: tidy
tidy: $(TIDY:%.c=$(B)/tidy/%.ok)

tidy_off := -bugprone-suspicious-include,-clang-analyzer-optin.performance.Padding
tidy_arch = $(if $(call arm_only,$1),arm64,x86_64)
define tidy_rule
$(B)/tidy/$(1:.c=.ok): $(B)/$2/$1.o .clang-tidy
	@mkdir -p $$(@D)
	$(Q)clang-tidy --quiet --checks=$(tidy_off) $1 -- \
		$$(call tidy_flags,$2) $$(call header_flags,$1,$2) \
		2>/dev/null && touch $$@
-include $(B)/$2/$1.d
endef
$(foreach f,$(TIDY),$(eval $(call tidy_rule,$f,$(call tidy_arch,$f))))
tidy_flags = --target=$(triplet.$1) $(filter -I% -std% -ff%,$(CFLAGS.all)) \
	$(CFLAGS.$1)

#@ make compile_commands    build/compile_commands.json, for an editor's clangd
.PHONY: compile_commands
comma := ,
json_line = {"directory": "$(CURDIR)", "file": "$1", "command": \
	"$(call CC.gcc,$2) $(CFLAGS.all) $(CFLAGS.$2) -c $1"}
compile_commands:
	$(shell mkdir -p $(B))$(file >$(B)/compile_commands.json,[$(foreach f,\
		$(filter %.c,$(TREE_SOURCES)),$(call json_line,$f,$(if \
		$(call arm_only,$f),arm64,x86_64))$(comma)$(newline)){}])

#@ make gdb-walks           record the GDB sessions of tests/gdb/expected anew
.PHONY: gdb-walks
gdb-walks:
	$(Q)$(BUILD) gdb-needs STAGE=03
	$(Q)$(BUILD) gdb-needs STAGE=04
	$(Q)$(BUILD) all
	$(Q)$(MAKE) -s image ARCH=arm64
	$(Q)$(MAKE) -s image ARCH=x86_64
	$(Q)for walk in tests/gdb/walks/*.gdb; do \
		name=$$(basename $$walk .gdb); \
		tests/gdb/transcript $$name >tests/gdb/expected/$$name.txt; \
	done

test-programs: $(BOCHS_GDB) $(gdb_guests.x86_64) $(gdb_guests.arm64)
