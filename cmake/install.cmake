# cmake --install: bin/taipan, and lib/taipan/python3.15 with the files that tools/build linked into the build folder.
install(TARGETS taipan RUNTIME DESTINATION bin)
install(CODE "
  file(REAL_PATH \"${CMAKE_BINARY_DIR}/lib/taipan/python3.15\" library)
  if(NOT EXISTS \${library}/os.py)
    message(FATAL_ERROR \"no standard library in ${CMAKE_BINARY_DIR}/lib/taipan: run tools/build\")
  endif()
  file(INSTALL \${library}/ DESTINATION \${CMAKE_INSTALL_PREFIX}/lib/taipan/python3.15
       PATTERN __pycache__ EXCLUDE PATTERN lib-dynload EXCLUDE)
")
