# user.mk - programs for user mode (the VMM and those that test KVM), each one
# static file for Linux and for our own host; and the small guests of stage 05.
05 := stages/05-full

# The ABI: <linux/kvm.h> and <asm/unistd.h>, from this system's UAPI headers;
# for the other architecture Debian has them beside its cross compiler.
uapi = $(if $(filter $(native.$1),$(HOST_ARCH)),/usr/include/$(triplet.$1),/usr/$(triplet.$1)/include)
$(foreach a,x86_64 arm64,$(eval CFLAGS.$a += -idirafter $(call uapi,$a)))

# x86: above everything that a host kernel could own in the low half; arm64:
# in reach of a 39-bit user address space.
USER_BASE.x86_64 := 0x10000000000
USER_BASE.arm64 := 0x10000000
user_folder.x86_64 := x86
user_folder.arm64 := arm64
USER_LIB = $(addprefix $(05)/user/,$(user_folder.$1)/start.S start.c text.c \
	memory.c thread.c) lib/print.c lib/string.c
# Position-independent code reaches its data wherever it is linked; lib/'s
# console is not for user mode.
USER_CFLAGS = $(filter-out -fno-pic,$(CFLAGS.all)) $(CFLAGS.$1) \
	$(CFLAGS.$(TOOLCHAIN)) -fpie
USER_LDFLAGS = $(LDFLAGS.all) -z max-page-size=4096 --no-relax \
	--defsym USER_BASE=$(USER_BASE.$1) --defsym arch_relax=user_relax \
	--defsym console_putc=user_relax --defsym __stack_chk_fail=user_abort -T $(05)/user/user.ld

define user_arch_rules
$(B)/$1/user/obj/%.c.o: %.c Makefile $(05)/user.mk
	@mkdir -p $$(@D)
	@echo "  CC      $$< (user, $1)"
	$(Q)$(call CC.$(TOOLCHAIN),$1) $$(call USER_CFLAGS,$1) -c -o $$@ $$<
$(B)/$1/user/obj/%.S.o: %.S Makefile $(05)/user.mk
	@mkdir -p $$(@D)
	@echo "  AS      $$< (user, $1)"
	$(Q)$(call CC.$(TOOLCHAIN),$1) $$(call USER_CFLAGS,$1) -D__ASSEMBLER__ -c -o $$@ $$<
endef
$(foreach a,x86_64 arm64,$(eval $(call user_arch_rules,$a)))

# $(call user_program,NAME,ARCH,SOURCES): build/ARCH/user/NAME.
USER_PROGRAMS :=
define user_program
USER_PROGRAMS += $(B)/$2/user/$1
$(B)/$2/user/$1: $(patsubst %,$(B)/$2/user/obj/%.o,$3 $(call USER_LIB,$2)) \
		$(05)/user/user.ld | $(TREE_OK)
	@echo "  LD      $$@"
	$(Q)$(call LD.$(TOOLCHAIN),$2) $(call USER_LDFLAGS,$2) -o $$@ $$(filter %.o %.a,$$^)
-include $(patsubst %,$(B)/$2/user/obj/%.d,$3 $(call USER_LIB,$2))
endef

VMM := $(05)/vmm
VMM_SRCS = $(wildcard $(VMM)/*.c $(VMM)/$(user_folder.$1)/*.c)
$(foreach a,x86_64 arm64,$(eval $(call user_program,vmm,$a,$(call VMM_SRCS,$a))))

# Programs that test: one folder each.  One with a folder for an architecture is
# made for those that it has a folder for.
USER_TESTS := $(notdir $(patsubst %/main.c,%,$(wildcard $(05)/user/*/main.c)))
user_test_arch = $(wildcard $(05)/user/$1/$(user_folder.$2)/*.[cS])
user_test_srcs = $(wildcard $(05)/user/$1/*.c) $(call user_test_arch,$1,$2)
user_test_for = $(strip $(if $(wildcard $(05)/user/$1/x86 $(05)/user/$1/arm64),\
	$(call user_test_arch,$1,$2),any))
$(foreach a,x86_64 arm64,$(foreach t,$(USER_TESTS),$(if $(strip $(call user_test_for,$t,$a)),\
	$(eval $(call user_program,$t,$a,$(call user_test_srcs,$t,$a))))))

# The VMM makes device trees with libfdt.
$(B)/arm64/user/vmm: $(LIBFDT.arm64)
$(B)/arm64/user/obj/$(VMM)/arm64/fdt.c.o: CFLAGS.arm64 += \
	-Wno-shadow -Wno-sign-compare
$(B)/arm64/user/obj/$(VMM)/arm64/fdt.c.o: | $(LIBFDT.arm64)

.PHONY: user
user: $(USER_PROGRAMS)

# --- small guests -------------------------------------------------------------
# One ELF file each, build/ARCH/guests05/NAME: common sources in guests/05-full,
# an architecture's own below guests/ARCH.
# Behind the host, which is at 1 MiB: so GDB knows whose an address is.
GUEST05_BASE.x86_64 := 0x1e0000
GUEST05_BASE.arm64 := 0x40080000
guests05_own = $(patsubst guests/$1/05-full/%.c,%,$(wildcard guests/$1/05-full/*.c))
guests05_common := $(filter-out guest,$(patsubst guests/05-full/%.c,%,\
	$(wildcard guests/05-full/*.c)))
guest05_source = $(firstword $(wildcard guests/$2/05-full/$1.c) guests/05-full/$1.c)
# What a guest needs of these, the linker takes.
guest05_lib = guests/05-full/guest.c $(wildcard $(addprefix guests/$1/05-full/lib/,*.c *.S)) \
	lib/print.c lib/string.c
define guest05
GUESTS05.$2 += $(B)/$2/guests05/$1
$(B)/$2/guests05/$1: $(patsubst %,$(B)/$2/%.o,guests/$2/05-full/lib/start.S \
		$(call guest05_source,$1,$2)) $(B)/$2/guest05.a guests/05-full/guest.ld \
		stages/05-full/user.mk # which has GUEST_BASE
	@mkdir -p $$(@D)
	@echo "  GUEST   $$@"
	$(Q)$(call LD.$(TOOLCHAIN),$2) $(LDFLAGS.all) -z max-page-size=4096 \
	    --defsym GUEST_BASE=$(GUEST05_BASE.$2) --defsym arch_relax=guest_start \
	    --defsym console_putc=guest_putc -T guests/05-full/guest.ld -o $$@ \
	    $$(filter %.o,$$^) -u guest_putc $(B)/$2/guest05.a
-include $(patsubst %,$(B)/$2/%.d,$(call guest05_source,$1,$2))
$(patsubst %,$(B)/$2/%.o,$(call guest05_source,$1,$2)): CFLAGS.$2 += $(call guest05_include,$2)
endef
guest05_include = -Iguests/05-full -Iguests/$1/05-full
define guest05_arch
$(B)/$1/guest05.a: $(patsubst %,$(B)/$1/%.o,$(filter-out %/start.S,$(guest05_lib)))
	@rm -f $$@
	$(Q)ar rcs $$@ $$^
$(patsubst %,$(B)/$1/%.o,$(filter guests/%,$(guest05_lib))): CFLAGS.$1 += \
	$(guest05_include)
-include $(patsubst %,$(B)/$1/%.d,$(filter guests/%,$(guest05_lib)))
$(foreach g,$(guests05_common) $(guests05_own),$(eval $(call guest05,$g,$1)))
endef
$(foreach a,x86_64 arm64,$(eval $(call guest05_arch,$a)))

.PHONY: guests05
guests05: $(GUESTS05.x86_64) $(GUESTS05.arm64)
