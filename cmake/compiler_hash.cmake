# generated/compiler_hash.h: a number that changes whenever a source of the parser, the compiler or the bytecode does.
# It goes into the magic of compiled-code caches, so that none outlives the compiler that wrote it.
# Run as a script (-DOUTPUT=file -DSOURCES=a,b,c) it writes the header.
if(CMAKE_SCRIPT_MODE_FILE)
  string(REPLACE "," ";" sources "${SOURCES}")
  set(all "")
  foreach(source ${sources})
    file(SHA256 ${source} hash)
    string(APPEND all ${hash})
  endforeach()
  string(SHA256 hash "${all}")
  string(SUBSTRING ${hash} 0 16 digits)
  file(WRITE ${OUTPUT} "#pragma once\nconstexpr unsigned long kCompilerHash = 0x${digits};\n")
  return()
endif()

set(compiler_patterns "")
foreach(folder parser compiler bytecode)
  list(APPEND compiler_patterns ${CMAKE_SOURCE_DIR}/interp/${folder}/*.cpp ${CMAKE_SOURCE_DIR}/interp/${folder}/*.h
       ${CMAKE_SOURCE_DIR}/interp/${folder}/*.def)
endforeach()
file(GLOB_RECURSE compiler_sources CONFIGURE_DEPENDS ${compiler_patterns})
string(REPLACE ";" "," compiler_source_list "${compiler_sources}")
set(compiler_hash ${CMAKE_BINARY_DIR}/generated/compiler_hash.h)
add_custom_command(OUTPUT ${compiler_hash} DEPENDS ${compiler_sources} VERBATIM
  COMMAND ${CMAKE_COMMAND} -DOUTPUT=${compiler_hash} -DSOURCES=${compiler_source_list} -P ${CMAKE_CURRENT_LIST_FILE})
