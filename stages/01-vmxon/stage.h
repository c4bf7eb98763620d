/*
 * stage.h - the one function that every x86 stage's main.c provides.
 */
#pragma once

/*
 * stage_main - the demo.  Runs on CPU 0, the machine is up, the other CPUs
 * wait for smp_run.  Returns if all went well; else it calls stage_failed.
 * cmdline: the words after the image's name in the boot loader's line.
 */
void stage_main(const char *cmdline);
