// Operands of instructions without a WIDE prefix, for the handlers.
#define A (static_cast<u32>(pc->a))
#define B (static_cast<u32>(pc->b))
#define C (static_cast<u32>(pc->c))
#define SIGNED_B (static_cast<i32>(pc->sb()))
#define OFFSET_C (static_cast<i32>(pc->sc()))
