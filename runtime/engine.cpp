#include "runtime/engine.h"

namespace taipan {

Engine g_engine;

}  // namespace taipan
