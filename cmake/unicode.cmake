# Unicode tables are generated at build time; see runtime/base/unicode.
# TAIPAN_UNICODE_DATA: the folder of Unicode 17.0's data files. tools/build fetches them and sets it.
find_path(TAIPAN_UNICODE_DATA UnicodeData.txt NO_DEFAULT_PATH PATHS
  $ENV{XDG_CACHE_HOME}/taipan/unicode-data/usr/share/unicode $ENV{HOME}/.cache/taipan/unicode-data/usr/share/unicode
  /usr/share/unicode)
