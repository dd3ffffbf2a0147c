// Ends one use of ast.def: forgets the field macros and NODE.
// No include guard: it is included after each use.
// clang-format off
#undef NODE
#undef F_ONE
#undef F_OPT
#undef F_SEQ
#undef F_SEQ_OPT
#undef F_ID
#undef F_ID_OPT
#undef F_IDS
#undef F_INT
#undef F_CONST
#undef F_STR_OPT
#undef F_ENUM
#undef F_ENUMS
