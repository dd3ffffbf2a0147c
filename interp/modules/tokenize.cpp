// _tokenize: tokens of source text for the library's tokenize. Not there yet: comments and blank lines are
// dropped by our tokenizer, and the library wants them. tokenize.open and detect_encoding need none of this.
#include "runtime/native/def.h"
#include "runtime/object/error.h"

namespace taipan {

namespace {

Result<> tokenizer_iter(Thread& t, Value, bool, Value) {
  return raise(t, NotImplementedError, "tokenizing source text is not supported yet");
}

const NativeDef kFunctions[] = {
    def<tokenizer_iter>("TokenizerIter($module, /, readline, *, extra_tokens, encoding=None)",
                        "The tokens of a source text; raises NotImplementedError."),
};

}  // namespace

extern const ModuleDef tokenize_module_def;
const ModuleDef tokenize_module_def = {"_tokenize", "Tokens of Python source.", kFunctions};

}  // namespace taipan
