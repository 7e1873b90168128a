#include "log.h"

#include <bpf/libbpf.h>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace falco {
namespace {

constexpr size_t kKeep = 64 * 1024;

// A plain pointer: a thread_local with a destructor would keep the shared object from being unloaded with the last
// worker thread that used it.
thread_local LogCapture* current = nullptr;

int print(libbpf_print_level level, const char* format, va_list arguments) {
  if (!current || level == LIBBPF_DEBUG) return 0;
  char* line = nullptr;
  const int length = vasprintf(&line, format, arguments);
  if (length < 0) return 0;
  current->append(line, static_cast<size_t>(length));
  free(line);
  return length;
}

}  // namespace

LogCapture::LogCapture() : outer_(current) {
  static std::once_flag once;
  std::call_once(once, [] { libbpf_set_print(print); });
  current = this;
}

LogCapture::~LogCapture() { current = outer_; }

void LogCapture::append(const char* text, size_t length) {
  text_.append(text, length);
  if (text_.size() > 2 * kKeep) text_.erase(0, text_.size() - kKeep);
}

std::string LogCapture::last_lines(size_t count) const {
  size_t end = text_.find_last_not_of(" \n");
  if (end == std::string::npos) return "";
  size_t start = end;
  for (size_t lines = 0; start > 0; start--) {
    if (text_[start] == '\n' && ++lines == count) {
      start++;
      break;
    }
  }
  return text_.substr(start, end - start + 1);
}

std::string LogCapture::refused_program() const {
  // libbpf writes: libbpf: prog 'NAME': BPF program load failed: ...
  const size_t failed = text_.rfind("BPF program load failed");
  if (failed == std::string::npos) return "";
  const size_t mark = text_.rfind("prog '", failed);
  if (mark == std::string::npos) return "";
  const size_t start = mark + 6;
  const size_t end = text_.find('\'', start);
  return end == std::string::npos || end > failed ? "" : text_.substr(start, end - start);
}

}  // namespace falco
