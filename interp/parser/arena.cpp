#include "interp/parser/arena.h"

#include <cstdlib>

namespace taipan::ast {

namespace {

constexpr size_t kBlockBytes = 64 * 1024;

uint32_t hash_name(std::string_view name) {
  uint32_t h = 2166136261u;
  for (unsigned char c : name) h = (h ^ c) * 16777619u;
  return h ^ (h >> 15);
}

}  // namespace

Arena::~Arena() {
  while (blocks_) {
    Block* previous = blocks_->previous;
    std::free(blocks_);
    blocks_ = previous;
  }
}

void* Arena::allocate_slow(size_t bytes) {
  constexpr size_t kHeader = 16;
  bool own_block = bytes > kBlockBytes / 4;  // big pieces leave the current block in use
  size_t size = kHeader + (own_block ? bytes : kBlockBytes);
  if (size < bytes) throw std::bad_alloc();
  auto* block = static_cast<Block*>(std::malloc(size));
  if (!block) throw std::bad_alloc();
  block->previous = blocks_;
  blocks_ = block;
  bytes_used_ += size;
  char* start = reinterpret_cast<char*>(block) + kHeader;
  if (own_block) return start;
  next_ = start + bytes;
  end_ = start + kBlockBytes;
  return start;
}

std::string_view Arena::copy(std::string_view text) {
  auto* p = static_cast<char*>(allocate(text.size() + 1));
  if (!text.empty()) std::memcpy(p, text.data(), text.size());
  p[text.size()] = 0;
  return {p, text.size()};
}

void Arena::grow_names() {
  uint32_t capacity = name_capacity_ ? name_capacity_ * 2 : 256;
  auto* fresh = static_cast<std::string_view*>(allocate(capacity * sizeof(std::string_view)));
  for (uint32_t i = 0; i < capacity; i++) new (&fresh[i]) std::string_view();
  for (uint32_t i = 0; i < name_capacity_; i++) {
    if (!names_[i].data()) continue;
    uint32_t at = hash_name(names_[i]) & (capacity - 1);
    while (fresh[at].data()) at = (at + 1) & (capacity - 1);
    fresh[at] = names_[i];
  }
  names_ = fresh;
  name_capacity_ = capacity;
}

std::string_view Arena::intern(std::string_view name) {
  if (name_count_ * 2 >= name_capacity_) grow_names();
  uint32_t at = hash_name(name) & (name_capacity_ - 1);
  for (; names_[at].data(); at = (at + 1) & (name_capacity_ - 1)) {
    if (names_[at] == name) return names_[at];
  }
  name_count_++;
  return names_[at] = copy(name);
}

}  // namespace taipan::ast
