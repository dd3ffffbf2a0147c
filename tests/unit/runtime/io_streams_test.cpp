// Streams: newline translation, text decoded in pieces, streams shared between threads (run in tsan, too).
// What streams do for Python programs is compared with CPython in tests/conformance.
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <string>

#include "runtime/modules/io/text_io.h"
#include "runtime/types/module.h"
#include "tests/unit/runtime/containers_test_env.h"

namespace taipan {
extern const ModuleDef io_module_def;
}

namespace taipan::test {
namespace {

using namespace io;

Module* io_module(Thread& t) {
  static Module* module = nullptr;
  if (module == nullptr) module = MUST(make_native_module(t, io_module_def)).word().as<Module>();
  return module;
}

class IoTest : public ContainersTest {
 protected:
  IoTest() : module_(io_module(t)) {
    char name[] = "/tmp/taipan_io_XXXXXX";
    int fd = mkstemp(name);
    path_ = name;
    ::close(fd);
  }
  ~IoTest() override { ::unlink(path_.c_str()); }

  Result<> ascii(Thread& t, const std::string& s) { return Result<>(str_from_utf8(t, s)); }
  Result<> open(Thread& t, const char* mode, const char* newline = nullptr) {
    Local<> f(t, MUST(module_get(t, module_, str_immortal(t, "open"))));
    Local<> path(t, MUST(ascii(t, path_))), how(t, MUST(ascii(t, mode)));
    Local<> end(t, newline ? ascii(t, newline) : none());
    Value args[] = {path, how, Value::small_int(-1), none_value(), none_value(), end};
    return taipan::call(t, f, args, std::strchr(mode, 'b') ? 2 : 6);
  }
  Status write(Thread& t, Value f, const std::string& s) {
    Local<> text(t, TRY(ascii(t, s)));
    Local<> n(t, TRY(call_method(t, f, names().write, text)));
    return kDone;
  }
  Status close(Thread& t, Value f) {
    Local<> r(t, TRY(call_method(t, f, names().close)));
    return kDone;
  }
  std::string content() {
    std::string all;
    FILE* f = std::fopen(path_.c_str(), "rb");
    char buffer[4096];
    for (usize n; (n = std::fread(buffer, 1, sizeof(buffer), f)) > 0;) all.append(buffer, n);
    std::fclose(f);
    return all;
  }

  Module* module_;
  std::string path_;
};

std::string utf8(Thread& t, Value s) {
  Utf8 u;
  MUST(u.encode(t, s.as<Str>(), true));
  return std::string(u.view());
}

// --- newlines ---------------------------------------------------------------------------------------------------

struct NewlineRow {
  const char* pieces[4];
  const char* translated;
  const char* kept;
  u8 seen;
};
const NewlineRow kNewlineRows[] = {
    {{"a\nb", nullptr}, "a\nb", "a\nb", kSeenLF},
    {{"a\r\nb\rc\n", nullptr}, "a\nb\nc\n", "a\r\nb\rc\n", kSeenLF | kSeenCR | kSeenCRLF},
    {{"a\r", "\nb", nullptr}, "a\nb", "a\r\nb", kSeenCRLF},          // cut in two
    {{"a\r", "b", nullptr}, "a\nb", "a\rb", kSeenCR},
    {{"a\r", "", "\n", nullptr}, "a\n", "a\r\n", kSeenCRLF},         // nothing between
    {{"a\r\r", "\n", nullptr}, "a\n\n", "a\r\r\n", kSeenCR | kSeenCRLF},
    {{"a\r", nullptr}, "a\n", "a\r", kSeenCR},                       // the end shows what it was
    {{"\xe1\x88\xb4\r\n\xf0\x9f\x98\x80\r", "\n", nullptr}, "\xe1\x88\xb4\n\xf0\x9f\x98\x80\n",
     "\xe1\x88\xb4\r\n\xf0\x9f\x98\x80\r\n", kSeenCRLF},
};

TEST_F(IoTest, Newlines) {
  for (const NewlineRow& row : kNewlineRows) {
    for (bool translate : {true, false}) {
      NewlineState state{};
      std::string all;
      for (int i = 0; i < 4; ++i) {
        const char* piece = row.pieces[i];
        Local<Str> s(t, MUST(str_from_utf8(t, piece ? piece : "")));
        Local<Str> out(t, MUST(translate_newlines(t, state, s, translate, piece == nullptr)));
        all += utf8(t, out);
        if (piece == nullptr) break;
      }
      EXPECT_EQ(all, translate ? row.translated : row.kept);
      EXPECT_EQ(state.seen, row.seen) << all;
    }
  }
}

// --- text -------------------------------------------------------------------------------------------------------

// Characters and line ends cut at every place by every chunk size; tell() and seek() at every line.
TEST_F(IoTest, ChunksOfEverySize) {
  std::string expected;
  {
    Local<> f(t, MUST(open(t, "w", "")));
    std::string text;
    for (int i = 0; i < 20; ++i) text += "z\xc3\xa4hl\xe1\x88\xb4" + std::to_string(i) + "\xf0\x9f\x98\x80\r\n";
    MUST(write(t, f, text));
    MUST(close(t, f));
    expected = text;
  }
  for (i64 chunk : {1, 2, 3, 5, 7, 64, 8192}) {
    Local<> f(t, MUST(open(t, "r")));
    text_of(f)->chunk_size = chunk;
    std::string all;
    while (true) {
      Local<> cookie(t, MUST(call_method(t, f, g_io.tell)));
      Local<> line(t, MUST(call_method(t, f, names().readline)));
      Local<> after(t, MUST(call_method(t, f, g_io.seek, cookie)));
      Local<> again(t, MUST(call_method(t, f, names().readline)));
      ASSERT_EQ(utf8(t, line), utf8(t, again)) << chunk;
      if (line.value().as<Str>()->length() == 0) break;
      all += utf8(t, line);
    }
    std::string joined;
    for (char c : expected) {
      if (c != '\r') joined += c;
    }
    EXPECT_EQ(all, joined) << chunk;
    MUST(close(t, f));
  }
}

TEST_F(IoTest, LocksAreLeftBehindByErrors) {
  Local<> f(t, MUST(open(t, "w")));
  Result<> r = call_method(t, f, names().read);
  EXPECT_TRUE(r.is_error());
  EXPECT_TRUE(error_matches(t, *g_io.unsupported));
  clear_error(t);
  EXPECT_FALSE(text_of(f)->lock.is_owned(t));
  MUST(close(t, f));
  EXPECT_TRUE(write(t, f, "x").is_error());
  EXPECT_TRUE(error_matches(t, ValueError));
  clear_error(t);
  EXPECT_FALSE(text_of(f)->lock.is_owned(t));
}

TEST_F(IoTest, TakingABufferedLockTwiceIsAnError) {
  Local<> f(t, MUST(open(t, "wb")));
  Buffered* b = buffered_of(f);
  {
    Locked held(b->lock, b);
    MUST(held.take(t));
    Locked again(b->lock, b);
    EXPECT_TRUE(again.take(t).is_error());
    EXPECT_TRUE(error_matches(t, RuntimeError));
    clear_error(t);
    EXPECT_TRUE(b->lock.is_owned(t));
  }
  EXPECT_FALSE(b->lock.is_owned(t));
  MUST(close(t, f));
}

// --- threads ----------------------------------------------------------------------------------------------------

constexpr int kLines = 4000;

// Lines of several writers do not mix, none is lost.
TEST_F(IoTest, WritersShareATextStream) {
  prepare_for_threads(t);
  Local<> f(t, MUST(open(t, "w")));
  share(t, f);
  Value stream = f.value();
  auto body = [this, stream](char c) {
    return [this, stream, c](Thread& t) {
      Local<> held(t, stream);
      for (int i = 0; i < kLines; ++i) {
        MUST(write(t, held, std::string(static_cast<usize>(1 + i % 70), c) + "\n"));
        MUST(safepoint(t));
      }
    };
  };
  {
    TestThread a(body('a')), b(body('b')), c(body('c'));
  }
  MUST(close(t, f));
  usize lines = 0, start = 0;
  std::string all = content();
  for (usize end; (end = all.find('\n', start)) != all.npos; start = end + 1) {
    ++lines;
    for (usize i = start; i < end; ++i) ASSERT_EQ(all[i], all[start]);
  }
  EXPECT_EQ(lines, 3u * kLines);
}

// Every line is given to exactly one of several readers.
TEST_F(IoTest, ReadersShareATextStream) {
  prepare_for_threads(t);
  {
    Local<> f(t, MUST(open(t, "w")));
    for (int i = 0; i < kLines; ++i) MUST(write(t, f, std::to_string(i) + "\n"));
    MUST(close(t, f));
  }
  Local<> f(t, MUST(open(t, "r")));
  share(t, f);
  Value stream = f.value();
  std::atomic<u64> sum{0}, count{0};
  auto body = [stream, &sum, &count](Thread& t) {
    Local<> held(t, stream);
    while (true) {
      Local<> line(t, MUST(call_method(t, held, names().readline)));
      if (line.value().as<Str>()->length() == 0) return;
      sum += std::stoull(utf8(t, line));
      ++count;
      MUST(safepoint(t));
    }
  };
  {
    TestThread a(body), b(body), c(body);
  }
  EXPECT_EQ(count.load(), static_cast<u64>(kLines));
  EXPECT_EQ(sum.load(), static_cast<u64>(kLines) * (kLines - 1) / 2);
  MUST(close(t, f));
}

// A stream that is closed while others write to it: each write is whole or a ValueError.
TEST_F(IoTest, CloseWhileOthersWrite) {
  prepare_for_threads(t);
  for (int round = 0; round < 20; ++round) {
    Local<> f(t, MUST(open(t, "w")));
    share(t, f);
    Value stream = f.value();
    auto writer = [this, stream](Thread& t) {
      Local<> held(t, stream);
      for (int i = 0; i < 300; ++i) {
        if (write(t, held, "0123456789\n").is_error()) {
          ASSERT_TRUE(error_matches(t, ValueError));
          clear_error(t);
          return;
        }
        MUST(safepoint(t));
      }
    };
    {
      TestThread a(writer), b(writer);
      TestThread c([this, stream](Thread& t) {
        Local<> held(t, stream);
        if (close(t, held).is_error()) clear_error(t);
      });
    }
    if (close(t, f).is_error()) clear_error(t);
  }
}

}  // namespace
}  // namespace taipan::test
