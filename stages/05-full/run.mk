# run.mk - `make run STAGE=05': what is in the archive, and who starts it.
#
# ramfs.cpio holds what we build ourselves; ramfs-linux.cpio the Linux guest as
# well: on x86 its kernel unpacked, which spares seconds at every start.
LINUX_KERNEL.x86_64 = $(or $(KERNEL),$(LINUX_DIR)/vmlinux)
LINUX_KERNEL.arm64 = $(or $(KERNEL),$(LINUX_DIR)/Image)
linux_initrd = $(if $(filter none,$(INITRD)),,$(or $(INITRD),$(LINUX_DIR)/initrd.cpio))
# A folder is a file with something below it: its dot.
$(foreach file,KERNEL INITRD,$(if $(filter-out none,$($(file))),$(if \
	$(filter-out $(wildcard $($(file))/.),$(addsuffix /.,$(wildcard $($(file))))),,\
	$(error $(file)=$($(file)): there is no such file))))
FLAVOUR ?= cloud
LINUX_DIR = $(B)/linux/$1$(if $(filter generic,$(FLAVOUR)),-generic)

# Debian's Linux; FLAVOUR=generic: its kernel with the drivers of all machines.
define linux_rules
$(LINUX_DIR)/VERSION: tools/linux-guest guests/linux/init | $(B)/tools/elf-squeeze
	$(Q)FLAVOUR=$(FLAVOUR) tools/linux-guest $1
$(LINUX_DIR)/vmlinux $(LINUX_DIR)/Image $(LINUX_DIR)/initrd.cpio: $(LINUX_DIR)/VERSION ;
# Another KERNEL= than last time is another archive.
$(B)/$1/linux.files: FORCE
	@mkdir -p $$(@D)
	@echo "$(LINUX_KERNEL.$1) $(linux_initrd)" | cmp -s - $$@ || \
		echo "$(LINUX_KERNEL.$1) $(linux_initrd)" >$$@
endef
.PHONY: FORCE

# Linux, unless another guest is named: then no network is needed.
run_linux := $(if $(GUEST)$(ARGS),,yes)
also_run.05 = $(if $(run_linux),$(B)/$(arch.05)/ramfs-linux.cpio)
gdb.05 = --initrd $(B)/$(arch.05)/ramfs.cpio
run.05 = GUEST='$(GUEST)' CPUS='$(CPUS)' MEM='$(MEM)' VMS='$(VMS)' \
	APPEND='$(APPEND)' ARGS='$(ARGS)' tools/run-guest $(arch.05) --backend $(BACKEND)

# $(call ramfs_rules,ARCH,NAME,KERNEL,INITRD)
define ramfs_rules
$(B)/$1/$2.cpio: $(filter $(B)/$1/user/%,$(USER_PROGRAMS)) $(GUESTS05.$1) \
		$3 $4 $(if $3,$(B)/$1/linux.files) $(05)/run.mk
	@echo "  CPIO    $$@"
	$(Q)rm -rf $$@.d && mkdir -p $$@.d/bin $$@.d/guests $$@.d/linux
	$(Q)cp $(filter $(B)/$1/user/%,$(USER_PROGRAMS)) $$@.d/bin
	$(Q)$(if $(GUESTS05.$1),cp $(GUESTS05.$1) $$@.d/guests)
	$(Q)$(if $3,cp $3 $$@.d/linux/kernel)
	$(Q)$(if $4,cp $4 $$@.d/linux/initrd)
	$(Q)cd $$@.d && find . -type f | sort | cpio -o -H newc --quiet >../$$(@F)
	$(Q)rm -rf $$@.d
endef
