/*
 * cpu_offsets.h - what assembly knows of struct cpu, which GS leads to, and of
 * struct thread; pinned in host_cpu.h.
 */
#pragma once

#define CPU_NUMBER 8
#define CPU_THREAD 24
#define CPU_RSP0 52
#define CPU_USER_RSP 68 /* the TSS's stack for ring 2, which nobody enters */
#define THREAD_WORK 528
