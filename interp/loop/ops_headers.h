// What the handlers (ops_*.inc) need: for the files that include them.
#pragma once
#include "interp/loop/attribute_table.h"
#include "interp/loop/cache.h"
#include "interp/loop/generator_quick.h"
#include "interp/loop/helpers_inline.h"
#include "interp/loop/iterate.h"
#include "interp/loop/ops_common.h"
#include "runtime/modules/builtins/builtins.h"
#include "runtime/object/error.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/float.h"
#include "runtime/types/singletons.h"
