/*
 * irq_vectors.h - x86: the vectors of a small guest's interrupts.
 */
#pragma once

#define VECTOR_TIMER 0x20
#define VECTOR_IPI 0x21
#define VECTOR_SPURIOUS 0x2f
