// libbpf's own messages. They go to stderr unless somebody takes them; here the open LogCapture of the calling
// thread does, and without one they are dropped.
#pragma once

#include <string>

namespace falco {

class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  // What libbpf said since the capture began; long logs keep their end.
  const std::string& text() const { return text_; }
  void clear() { text_.clear(); }
  void append(const char* text, size_t length);

  // The last `count` lines that say something.
  std::string last_lines(size_t count) const;
  // Name of the program whose loading failed last; empty when none did.
  std::string refused_program() const;

 private:
  std::string text_;
  LogCapture* outer_;
};

}  // namespace falco
