// _imp's functions about frozen modules: those that importlib loads without a file of their own.
// Here that's the library's two example packages, made from its sources when they are asked for.
// imp.cpp adds the functions to the module.
#pragma once
#include <span>

#include "runtime/native/def.h"

namespace taipan {

std::span<const NativeDef> imp_frozen_functions();

}  // namespace taipan
