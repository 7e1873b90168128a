// A BPF object from file to kernel: opened, its constants filled, loaded; or why not.
#pragma once

#include <bpf/libbpf.h>
#include <memory>
#include <string>

#include "errors.h"
#include "wire.h"

namespace falco {

struct ObjectCloser {
  void operator()(bpf_object* object) const { bpf_object__close(object); }
};
using Object = std::unique_ptr<bpf_object, ObjectCloser>;

// Lines of the verifier's log that go into a report: its complaint is at the end.
constexpr size_t kLogLines = 25;

// The object lacks something that the addon relies on.
Error mismatch(const std::string& what);

// Opens an object file and fills its constants. `btf_path` is the kernel's type information.
Failure open_object(const std::string& path, const std::string& btf_path, const wire::constants& constants,
                    Object& object);

// Loads an object; says why when the kernel refuses. An object is loaded once, whatever came of it.
Failure load_object(bpf_object* object);

// The code of a load during which the process was stopped, or frozen with its cgroup: that cannot be held off.
constexpr const char* kInterrupted = "interrupted";
bool is_interrupted(const Failure& failure);

// Opens and loads by `attempt` until nothing interrupts it; it is given up in the end.
template <typename Attempt>
Failure undisturbed(Attempt attempt) {
  constexpr int kAttempts = 30;
  Failure failure = attempt();
  for (int i = 1; i < kAttempts && is_interrupted(failure); i++) failure = attempt();
  return failure;
}

}  // namespace falco
