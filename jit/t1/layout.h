// Offsets that compiled code knows, one definition each.
#pragma once
#include <cstddef>

#include "interp/loop/attribute_table.h"
#include "interp/loop/cache.h"
#include "interp/loop/generator.h"
#include "jit/code/machine_code.h"
#include "jit/masm.h"
#include "runtime/thread/thread.h"
#include "runtime/types/cell.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/function.h"
#include "runtime/types/list.h"
#include "runtime/types/range.h"
#include "runtime/types/tuple.h"

namespace taipan::jit::layout {

constexpr i32 kind_word(FrameKind kind) { return static_cast<i32>(kind) << 2 | 1; }   // as set_frame_kind() writes it
inline constexpr i32 kCount = offsetof(Object, count), kFlags = offsetof(Object, flags), kShape = offsetof(Object, shape),
                     kAux = offsetof(Object, aux);
inline constexpr i32 kPoll = offsetof(Thread, poll), kTop = offsetof(Thread, top), kFp = offsetof(Thread, fp),
                     kLimit = offsetof(Thread, limit), kDepth = offsetof(Thread, depth),
                     kRecursionLimit = offsetof(Thread, recursion_limit),
                     kPendingCount = offsetof(Thread, pending_count);
inline constexpr i32 kCodeNregs = offsetof(Code, nregs), kCodeSimpleArgs = offsetof(Code, simple_args),
                     kCodeInstrs = offsetof(Code, instrs), kCodeIsGenerator = offsetof(Code, is_generator),
                     kCodeMachine = offsetof(Code, machine);
inline constexpr i32 kMachineBase = offsetof(MachineCode, base), kMachineEntry = offsetof(MachineCode, entry),
                     kMachineOffsets = offsetof(MachineCode, offsets);
inline constexpr i32 kFunctionCode = offsetof(Function, code), kFunctionNamespace = offsetof(Function, namespace_id),
                     kFunctionClosure = offsetof(Function, closure);
inline constexpr i32 kSpare = offsetof(Object, spare), kLock = offsetof(Object, lock);
inline constexpr i32 kMethodEntry = offsetof(MethodDescriptor, entry), kNativeEntry = offsetof(NativeFunction, entry);
inline constexpr i32 kListItems = offsetof(List, items_), kListSize = offsetof(List, size_);
inline constexpr i32 kItemsCapacity = offsetof(ListItems, capacity), kItemsFirst = sizeof(ListItems);
inline constexpr i32 kTupleFirst = sizeof(Tuple);
inline constexpr i32 kCellValue = offsetof(Cell, value);
inline constexpr i32 kRangeNext = offsetof(RangeIterator, next), kRangeStep = offsetof(RangeIterator, step),
                     kRangeRemaining = offsetof(RangeIterator, remaining);
inline constexpr i32 kGlobalNamespace = offsetof(GlobalEntry, namespace_id), kGlobalCell = offsetof(GlobalEntry, cell),
                     kGlobalBuiltin = offsetof(GlobalEntry, builtin);
inline constexpr i32 kHandled = offsetof(Thread, handled), kEngineRunning = offsetof(ThreadEngine, running),
                     kEngineFinished = offsetof(ThreadEngine, finished), kEngineFloats = offsetof(ThreadEngine, floats);
inline constexpr i32 kGeneratorState = offsetof(Generator, state), kGeneratorInherited = offsetof(Generator, handled_inherited),
                     kGeneratorCode = offsetof(Generator, code), kGeneratorHandled = offsetof(Generator, handled),
                     kGeneratorResumerHandled = offsetof(Generator, resumer_handled),
                     kGeneratorPreviousRunning = offsetof(Generator, previous_running);
inline constexpr i32 kEngine = offsetof(Thread, engine), kAttributes = offsetof(ThreadEngine, attributes);
inline constexpr i32 kLineShape = offsetof(TableLine, shape), kLineKey = offsetof(TableLine, key),
                     kLineGeneration = offsetof(TableLine, generation), kLineKind = offsetof(TableLine, kind),
                     kLineOffset = offsetof(TableLine, offset), kLineValue = offsetof(TableLine, value), kLineNewShape = offsetof(TableLine, new_shape);
inline constexpr i32 kEntryGuard = offsetof(CacheEntry, dependent) + offsetof(ClassDependent, shape),
                     kEntryKind = offsetof(CacheEntry, kind), kEntryValue = offsetof(CacheEntry, value),
                     kEntryOffset = offsetof(CacheEntry, offset), kEntryNewShape = offsetof(CacheEntry, new_shape);

}  // namespace taipan::jit::layout
