# tools.mk - programs that run on the build machine.
EMU := $(B)/tools/emu
EMU_SRCS := $(wildcard tools/emu/*.c)
HOSTCFLAGS := -std=gnu11 -O2 -g $(WARN)

$(EMU): $(EMU_SRCS) tools/emu/emu.h tools/tools.mk
	@mkdir -p $(@D)
	@echo "  HOSTCC  $@"
	$(Q)$(HOSTCC) $(HOSTCFLAGS) -o $@ $(EMU_SRCS)

# An unpacked Linux without the zeros in its file.
SQUEEZE := $(B)/tools/elf-squeeze
$(SQUEEZE): tools/elf-squeeze.c tools/tools.mk
	@mkdir -p $(@D)
	@echo "  HOSTCC  $@"
	$(Q)$(HOSTCC) $(HOSTCFLAGS) -o $@ $<

.PHONY: setup doctor iso
#@ make iso STAGE=NN        write build/stage-NN.iso, which boots a real PC
iso:
	$(Q)tools/setup --quiet run
	$(Q)$(BUILD) image
	$(Q)$(if $(run.$(STAGE)),$(run.$(STAGE)) --iso $(B)/stage-$(STAGE).iso, \
		$(EMU) --iso $(B)/stage-$(STAGE).iso $(image) $(ARGS))

#@ make setup               install what is missing
setup:
	$(Q)tools/setup

#@ make doctor              what is there, and which x86 machine is used
doctor:
	-$(Q)command -v $(HOSTCC) >/dev/null && $(MAKE) -s $(EMU)
	$(Q)tools/doctor

# bochs-gdb: GDB's remote protocol for the debugger inside Bochs.
BOCHS_GDB := $(B)/tools/bochs-gdb
BOCHS_GDB_SRCS := $(wildcard tools/bochs-gdb/*.c)

$(BOCHS_GDB): $(BOCHS_GDB_SRCS) tools/bochs-gdb/bridge.h tools/bochs-gdb/regs.def
	@mkdir -p $(@D)
	@echo "  HOSTCC  $@"
	$(Q)$(HOSTCC) $(HOSTCFLAGS) -o $@ $(BOCHS_GDB_SRCS)

# --- what it costs -------------------------------------------------------------
.PHONY: bench bench-needs
#@ make bench [ARCH=...]    instructions of a round trip and of a boot, beside KVM's;
#@        how many of them access VMCS fields, MSRs, system registers
bench:
	$(Q)tools/setup --quiet
	$(Q)$(BUILD) bench-needs
	$(Q)tools/bench $(if $(filter command% environment%,$(origin ARCH)),$(ARCH))
bench-needs: $(EMU) $(BOCHS_GDB) $(also.05) \
	$(foreach a,$(archs.05),$(B)/$a/stage-05.elf $(B)/$a/ramfs-linux.cpio)
	@:

# --- GDB ----------------------------------------------------------------------
# The guests' programs, for their symbols.
gdb_guests.x86_64 := $(X86_GUESTS:%=$(GUESTS_DIR)/%.elf)
gdb_guests.arm64 := $(GUESTS.arm64:%=$(B)/guests/arm64/%.elf)
.SECONDARY: $(gdb_guests.arm64) $(GUESTS.arm64:%=$(B)/arm64/guests/arm64/%.S.o)
.PHONY: gdb-needs
gdb-needs: $(image) $(also) $(EMU) $(BOCHS_GDB) \
	$(gdb_guests.$(arch.$(STAGE)))
	@:

# One CPU unless asked: with more, Bochs misses breakpoints (book/bochs-gdb.md).
gdb_cpus = $(if $(filter command% environment%,$(origin CPUS)),$(CPUS),1)

.PHONY: gdb gdb-server gdb-help trace
#@ make gdb [STAGE=NN]      GDB, stopped at the first entry into a guest
gdb:
	$(Q)tools/setup --quiet
	$(Q)$(BUILD) gdb-needs
	$(Q)tools/debug $(gdb.$(STAGE)) --backend $(BACKEND) --cpus $(gdb_cpus) $(image) $(ARGS)

#@ make gdb-server PORT=N   the same machine, waiting for your own GDB
PORT ?= 1234
gdb-server:
	$(Q)tools/setup --quiet
	$(Q)$(BUILD) gdb-needs
	$(Q)tools/debug $(gdb.$(STAGE)) --backend $(BACKEND) --cpus $(gdb_cpus) --port $(PORT) \
		$(image) $(ARGS)

#@ make gdb-help            how to start GDB by hand
gdb-help:
	$(Q)$(BUILD) gdb-needs
	$(Q)tools/debug $(gdb.$(STAGE)) --backend $(BACKEND) --cpus $(gdb_cpus) --print $(image) $(ARGS)

#@ make trace STAGE=NN      one round trip of the world switch, instruction by
#@        instruction, as JSON lines in build/trace/stage-NN.jsonl
trace:
	$(Q)tools/setup --quiet
	$(Q)$(BUILD) gdb-needs
	$(Q)mkdir -p $(B)/trace
	$(Q)TRACE_FILE=$(B)/trace/stage-$(STAGE).jsonl tools/debug --start \
		$(gdb.$(STAGE)) --backend $(BACKEND) --python tools/gdb/trace.py $(image) $(ARGS)

#@ make vscode [STAGE=NN]   write build/vscode/launch.json; copy it to .vscode/
.PHONY: vscode
vscode_server = make gdb-server STAGE=$(STAGE) ARCH=$(arch.$(STAGE)) PORT=$(PORT)
vscode:
	$(Q)$(BUILD) gdb-needs
	$(Q)mkdir -p $(B)/vscode
	$(Q)tools/vscode-launch $(image) $(PORT) '$(vscode_server)' $(patsubst %/,%,$(sort \
		$(dir $(gdb_guests.$(arch.$(STAGE))) $(filter $(B)/%,$(GUESTS05.$(arch.$(STAGE))))))) \
		>$(B)/vscode/launch.json
	@echo "build/vscode/launch.json: copy it to .vscode/, start"
	@echo "\`$(vscode_server)', then press F5;"
	@echo "in the debug console: -exec until-entry, -exec ws, -exec help world-switch"
