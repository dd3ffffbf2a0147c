# Unicode tables are generated at build time; see runtime/base/unicode.
