/*
 * ramfs.h - files in memory: those of the initrd, which cannot be written, and
 * new ones.
 */
#pragma once

#include "05-full/host/file.h"

/* ramfs_init - read the archive; what is damaged is not there. */
void ramfs_init(const void *archive, u64 size);
/* ramfs_open - NULL and *err. */
struct file *ramfs_open(const char *path, u32 flags, int *err);
/* ramfs_data - a file of the initrd as a whole, or NULL. */
const void *ramfs_data(const char *path, u64 *size);
/* ramfs_forget - new files go, for the count of pages at the end. */
void ramfs_forget(void);
