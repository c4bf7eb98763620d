/*
 * save.h - a stopped machine as a file.
 *
 * A header, what the architecture says of itself, the UART, then the pages of
 * RAM that are not all zeros, each after its guest-physical address.
 */
#pragma once

#include "05-full/vmm/vmm.h"

/* save_put, save_get - n bytes; end the program if they cannot be had. */
void save_put(const void *data, size_t n);
void save_get(void *data, size_t n);

/* save_put_ioctl - what a GET ioctl says goes to the file, n bytes of it. */
void save_put_ioctl(int fd, unsigned long request, void *data, size_t n,
                    const char *what);

/* save_get_ioctl - and from there to a SET ioctl. */
void save_get_ioctl(int fd, unsigned long request, void *data, size_t n,
                    const char *what);

/* The seams: all state but RAM and our devices. */
void vmm_arch_save(struct vmm *vm);
void vmm_arch_restore(struct vmm *vm);
