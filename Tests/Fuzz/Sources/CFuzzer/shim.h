#pragma once
#include <stddef.h>
#include <stdint.h>

// What libFuzzer offers to a program that has a main of its own; it comes without a header.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *data, size_t size));
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t largest);
