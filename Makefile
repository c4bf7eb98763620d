# World Switch: build, run and test.  `make help` lists the targets.
#
# Everything that is made goes below build/.  A stage adds its few lines in
# stages/NN-name/stage.mk (see HACKING.md); nothing here knows a stage by name.

# Stages of one architecture only have that whatever ARCH says.
STAGE   ?= $(if $(filter run iso image,$(MAKECMDGOALS)),05,03)
ARCH    ?= $(if $(filter iso,$(MAKECMDGOALS)),x86_64,arm64)
CPUS    ?= $(if $(filter 05,$(STAGE)),1,2)
BACKEND ?= auto
ARGS    ?=
TOOLCHAIN ?= gcc

B := build
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SECONDARY: # what is made on the way is kept
MAKEFLAGS += --no-builtin-rules
Q := $(if $(V),,@)
# To build after setting up: the tools may have come only just now.  The plus
# passes the jobs of `make -j' on.
BUILD = +$(MAKE) $(if $(V),,-s) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

# --- tools: one table per target architecture --------------------------------
HOSTCC  ?= cc
HOST_ARCH := $(shell uname -m)

triplet.x86_64 := x86_64-linux-gnu
triplet.arm64  := aarch64-linux-gnu
native.x86_64  := x86_64
native.arm64   := aarch64
prefix = $(if $(filter $(native.$1),$(HOST_ARCH)),,$(triplet.$1)-)

CC.gcc   = $(call prefix,$1)gcc
CC.clang = clang --target=$(triplet.$1)
LD.gcc   = $(call prefix,$1)ld
LD.clang = ld.lld
OBJCOPY.gcc   = $(call prefix,$1)objcopy
OBJCOPY.clang = llvm-objcopy

# --- flags ---------------------------------------------------------------------
WARN := -Wall -Wextra -Werror -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
        -Wvla -Wenum-conversion
INCLUDE := -I. -Istages -I$(B) -I$(B)/gen
CFLAGS.all := -std=gnu11 -O2 -g $(WARN) $(INCLUDE) -ffreestanding -fno-pic \
        -fno-stack-protector -fno-asynchronous-unwind-tables -fno-common \
        -fno-omit-frame-pointer -MMD -MP
CFLAGS.x86_64 := -m64 -mno-red-zone -mgeneral-regs-only -fcf-protection=none
CFLAGS.arm64  := -mgeneral-regs-only -march=armv8.1-a -mstrict-align
# gcc would turn the loop inside our memset into a call of memset.
CFLAGS.gcc    := -fno-tree-loop-distribute-patterns
LDFLAGS.all := -nostdlib -static -z noexecstack --build-id=none

# --- stages --------------------------------------------------------------------
# $(call stage,NN,ARCH,SOURCES,LINKER SCRIPT): one bootable image,
# build/ARCH/stage-NN.elf, from the sources of this and the earlier stages.
STAGES :=
TREE_OK := $(B)/include-order.ok $(B)/no-copies.ok # checks that fail the build
define stage
STAGES += $1
archs.$1 += $2
$(B)/$2/stage-$1.elf: $(patsubst %,$(B)/$2/%.o,$3) $4 | $(TREE_OK)
	@echo "  LD      $$@"
	$(Q)$(call LD.$(TOOLCHAIN),$2) $(LDFLAGS.all) $(LDFLAGS.$2) -T $4 \
	    -Map $$(@:.elf=.map) -o $$@ $$(filter %.o %.a,$$^)
-include $(patsubst %,$(B)/$2/%.d,$3)
endef

define arch_rules
$(B)/$1/%.c.o: %.c Makefile
	@mkdir -p $$(@D)
	@echo "  CC      $$<"
	$(Q)$(call CC.$(TOOLCHAIN),$1) $(CFLAGS.all) $$(CFLAGS.$1) $(CFLAGS.$(TOOLCHAIN)) -c -o $$@ $$<
$(B)/$1/%.S.o: %.S Makefile
	@mkdir -p $$(@D)
	@echo "  AS      $$<"
	$(Q)$(call CC.$(TOOLCHAIN),$1) $(CFLAGS.all) $$(CFLAGS.$1) -D__ASSEMBLER__ -c -o $$@ $$<
endef
$(foreach a,x86_64 arm64,$(eval $(call arch_rules,$a)))

LIB := $(wildcard lib/*.c)
include $(sort $(wildcard stages/*/stage.mk))
$(foreach s,$(STAGES),$(eval arch.$s := $(or $(filter $(ARCH),$(archs.$s)),$(archs.$s))))
image = $(B)/$(arch.$(STAGE))/stage-$(STAGE).elf
also = $(filter $(B)/$(arch.$(STAGE))/%,$(also.$(STAGE)))
include tools/tools.mk tests/tests.mk book/book.mk

# $(call one_of,NAME,VALUES): a name spelt wrongly ends in a sentence.
one_of = $(if $(and $(filter 1,$(words $($1))),$(filter $2,$($1))),,$(error \
	there is no $1=$($1); there are: $(sort $2)))
$(call one_of,STAGE,$(STAGES))
$(call one_of,ARCH,x86_64 arm64)
$(call one_of,TOOLCHAIN,gcc clang)

# --- what a reader types -----------------------------------------------------
.PHONY: help all run clean mutate ledger
help:
	@sed -n 's/^#@ //p' $(MAKEFILE_LIST)

#@ make run                 a Debian Linux as a guest; at a terminal a shell in it
#@        ARCH=arm64|x86_64  on which machine                (arm64 by default)
#@        CPUS=N MEM=MIB     CPUs and memory of the guest; VMS=2: two guests
#@        GUEST=demo         a small guest, without the network
#@        KERNEL=FILE INITRD=FILE APPEND='WORDS'  another kernel
#@ make run STAGE=NN        boot a stage, 01 to 05, in the emulator
#@        BACKEND=bochs|kvm  which x86 machine               (make doctor says which)
#@        CPUS=N  ARGS=...   CPUs, and words for the stage's command line
run: export WS_STARTED := $(shell date +%s.%N)
run:
	$(Q)tools/setup --quiet run
	$(Q)$(BUILD) image
	$(Q)$(or $(run.$(STAGE)),$(EMU) --backend $(BACKEND) --cpus $(CPUS) $(image) $(ARGS))

# One stage and what it needs to boot.
.PHONY: image
image: $(image) $(also) $(also_run.$(STAGE)) $(EMU)

#@ make mutate STAGE=NN     delete the lines of the switch one by one: who notices?
#@        PATTERN=REGEX      only those (STAGE=05: kvm/x86 or kvm/arm64 for one machine)
mutate:
	$(Q)$(BUILD) $(EMU) $(also.$(STAGE)) \
		$(archs.$(STAGE):%=$(B)/%/stage-$(STAGE).elf)
	$(Q)tools/mutate $(STAGE) $(if $(PATTERN),'$(PATTERN)')

#@ make ledger STAGE=NN     every register a guest can see: who saves it, why
ledger:
	$(Q)tools/ledger $(STAGE)

#@ make all                 build every stage
all: $(foreach s,$(sort $(STAGES)),$(archs.$s:%=$(B)/%/stage-$s.elf) $(also.$s)) $(EMU)

#@ make clean               remove build/
clean:
	rm -rf $(B)
