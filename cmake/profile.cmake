# Profile-guided optimisation: `train` counts what runs how often, `release` is optimised by it (tools/profile).
# The counts lie beside the objects: build/release/CMakeFiles/.../NAME.cpp.gcda. What has none, or has changed since, is
# compiled as usual.
set(TAIPAN_PROFILE "" CACHE STRING "generate: write profiles; use: optimise by them")
function(taipan_profile target)
  if(TAIPAN_PROFILE STREQUAL "generate")
    # single: counts that threads lose of each other are few, and atomic ones are slow.
    target_compile_options(${target} PRIVATE -fprofile-generate -fprofile-update=single)
    target_compile_definitions(${target} PRIVATE TAIPAN_WRITES_PROFILE=1)
    target_link_options(${target} PUBLIC -fprofile-generate)
  elseif(TAIPAN_PROFILE STREQUAL "use")
    target_compile_options(${target} PRIVATE -fprofile-use -fprofile-partial-training -fprofile-correction
      -Wno-missing-profile -Wno-coverage-mismatch)
  endif()
endfunction()
