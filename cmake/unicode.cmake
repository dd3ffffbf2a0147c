# Unicode tables are generated at build time from Unicode's data files; see runtime/base/unicode/tables.h.
# TAIPAN_UNICODE_DATA: the folder of Unicode 17.0's data files. tools/build fetches them and sets it.
find_path(TAIPAN_UNICODE_DATA UnicodeData.txt NO_DEFAULT_PATH PATHS
  $ENV{XDG_CACHE_HOME}/taipan/unicode-data/usr/share/unicode $ENV{HOME}/.cache/taipan/unicode-data/usr/share/unicode
  /usr/share/unicode NO_CMAKE_FIND_ROOT_PATH)
if(NOT TAIPAN_UNICODE_DATA)
  message(FATAL_ERROR "No Unicode data: run tools/build once, or set TAIPAN_UNICODE_DATA to the folder of "
    "UnicodeData.txt (version 17.0; Debian package unicode-data)")
endif()
file(STRINGS ${TAIPAN_UNICODE_DATA}/PropList.txt unicode_version LIMIT_COUNT 1)
if(NOT unicode_version MATCHES "PropList-17\\.0")
  message(FATAL_ERROR "${TAIPAN_UNICODE_DATA} is not Unicode 17.0 but ${unicode_version}")
endif()

find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(unicode_out ${CMAKE_BINARY_DIR}/generated/unicode)
set(unicode_tables ${unicode_out}/properties.inc ${unicode_out}/decomposition.inc ${unicode_out}/names.inc)
add_custom_command(OUTPUT ${unicode_tables}
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/unicode/generate.py ${TAIPAN_UNICODE_DATA} ${unicode_out}
  DEPENDS ${CMAKE_SOURCE_DIR}/tools/unicode/generate.py ${TAIPAN_UNICODE_DATA}/UnicodeData.txt
  COMMENT "Unicode tables" VERBATIM)
add_custom_target(taipan_unicode_tables DEPENDS ${unicode_tables})
