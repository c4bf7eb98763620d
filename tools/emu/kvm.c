/*
 * kvm.c - can KVM on this machine run a guest that uses VMX itself?
 *
 * /dev/kvm alone proves nothing: it may exist where the processor (or the
 * cloud machine around us) hides VMX, or where nesting is switched off.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "emu.h"

static bool file_has_word(const char *path, const char *word)
{
	char line[8192];
	FILE *f = fopen(path, "re");
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f))
		for (char *w = strtok(line, " \t\n"); w && !found;
		     w = strtok(NULL, " \t\n"))
			found = !strcmp(w, word);
	if (f)
		fclose(f);
	return found;
}

const char *kvm_unusable(void)
{
	static const char nested[] = "/sys/module/kvm_intel/parameters/nested";
	static char why[160];
	int vm = -1, fd;

	if (!file_has_word("/proc/cpuinfo", "vmx"))
		return "this machine's processor shows no VMX";
	fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		snprintf(why, sizeof(why), "/dev/kvm: %s%s", strerror(errno),
		         errno == EACCES ? " (join the group kvm)" : "");
		return why;
	}
	vm = ioctl(fd, KVM_CREATE_VM, 0);
	snprintf(why, sizeof(why), "KVM makes no virtual machine: %s",
	         strerror(errno));
	close(fd);
	if (vm < 0)
		return why;
	close(vm);
	if (!file_has_word(nested, "Y") && !file_has_word(nested, "1"))
		return "KVM does not nest (load kvm_intel with nested=1)";
	return NULL;
}
