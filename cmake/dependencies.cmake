# Debian's packages; tools/build installs them.
add_library(taipan_dependencies INTERFACE)
find_library(GMP_LIBRARY gmp REQUIRED)
target_link_libraries(taipan_dependencies INTERFACE ${GMP_LIBRARY} ${CMAKE_DL_LIBS})
if(NOT TAIPAN_SYSTEM_MALLOC)
  find_package(mimalloc REQUIRED)
  target_link_libraries(taipan_dependencies INTERFACE mimalloc)
endif()
