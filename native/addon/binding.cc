// The boundary to JavaScript, the only file that knows N-API. daemon/addon is its only caller and checks arguments
// for the user's sake; here they are checked once more, for memory's sake. Works in every thread of a process and
// any number of times: all state hangs on the environment or on a driver's handle.
#define NAPI_VERSION 8
#include <napi.h>

#include <memory>
#include <set>

#include "datagram.h"
#include "driver.h"
#include "files.h"
#include "heap.h"
#include "stats.h"
#include "wire.h"
#include "writers.h"

namespace {

using falco::Driver;

// A batch must hold the largest record, or that record would block its ring for ever.
constexpr size_t kSmallestBatch = 2 * WIRE_MAX_RECORD;

class Handle;

// What belongs to one environment (the main thread's, or a worker's).
struct Environment {
  Napi::FunctionReference handle;
  falco::DatagramSocket socket;
  // Shared with the handles, which may be finalized later than this.
  std::shared_ptr<std::set<Handle*>> open = std::make_shared<std::set<Handle*>>();
};

Napi::Object to_object(Napi::Env env, const falco::Error& error) {
  Napi::Object object = Napi::Object::New(env);
  object["code"] = Napi::String::New(env, error.code);
  object["subject"] = Napi::String::New(env, error.subject);
  object["details"] = Napi::String::New(env, error.details);
  return object;
}

// One open driver. Closed by `close`, by the collector, or with its environment, whichever comes first.
class Handle : public Napi::ObjectWrap<Handle> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "DriverHandle",
                       {InstanceMethod<&Handle::flavor>("flavor"), InstanceMethod<&Handle::ignored>("ignored"),
                        InstanceMethod<&Handle::set_interest>("setInterest"),
                        InstanceMethod<&Handle::set_tracepoints>("setTracepoints"), InstanceMethod<&Handle::attach>("attach"), InstanceMethod<&Handle::detach>("detach"),
                        InstanceMethod<&Handle::drain>("drain"), InstanceMethod<&Handle::wait>("wait"),
                        InstanceMethod<&Handle::scan>("scan"), InstanceMethod<&Handle::counters>("counters"),
                        InstanceMethod<&Handle::set_run_stats>("setRunStats"), InstanceMethod<&Handle::programs>("programs"),
                        InstanceMethod<&Handle::skipped>("skipped"), InstanceMethod<&Handle::may_skip>("maySkip"),
                        InstanceMethod<&Handle::malformed>("malformed"), InstanceMethod<&Handle::close>("close")});
  }

  explicit Handle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Handle>(info) {
    if (info.Length() != 1 || !info[0].IsExternal()) throw Napi::TypeError::New(info.Env(), "use open()");
    driver_.reset(info[0].As<Napi::External<Driver>>().Data());
    open_ = info.Env().GetInstanceData<Environment>()->open;
    open_->insert(this);
  }

  ~Handle() { release(); }

  void release() {
    driver_.reset();
    open_->erase(this);
  }

 private:
  Driver& driver(const Napi::CallbackInfo& info) {
    if (!driver_) throw Napi::Error::New(info.Env(), "the driver is closed");
    return *driver_;
  }

  static std::vector<uint32_t> syscall_numbers(const Napi::CallbackInfo& info, size_t argument) {
    if (!info[argument].IsArray()) throw Napi::TypeError::New(info.Env(), "numbers must be an array");
    const auto array = info[argument].As<Napi::Array>();
    std::vector<uint32_t> numbers;
    for (uint32_t i = 0; i < array.Length() && i < WIRE_SYSCALLS; i++) {
      const Napi::Value number = array[i];
      if (!number.IsNumber()) throw Napi::TypeError::New(info.Env(), "numbers must be numbers");
      numbers.push_back(number.As<Napi::Number>().Uint32Value());
    }
    return numbers;
  }

  static Napi::Buffer<uint8_t> batch(const Napi::CallbackInfo& info) {
    if (!info[0].IsBuffer()) throw Napi::TypeError::New(info.Env(), "batch must be a Buffer");
    auto buffer = info[0].As<Napi::Buffer<uint8_t>>();
    // Zero when somebody has transferred it away.
    if (buffer.Length() < kSmallestBatch) throw Napi::RangeError::New(info.Env(), "the batch is too small");
    if (reinterpret_cast<uintptr_t>(buffer.Data()) % 8) throw Napi::RangeError::New(info.Env(), "the batch is unaligned");
    return buffer;
  }

  Napi::Value flavor(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), driver(info).flavor()); }

  Napi::Value ignored(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), driver(info).ignored()); }

  void set_interest(const Napi::CallbackInfo& info) {
    Driver& driver = this->driver(info);
    driver.set_interest(syscall_numbers(info, 0), syscall_numbers(info, 1));
  }

  Napi::Value set_tracepoints(const Napi::CallbackInfo& info) {
    Driver& driver = this->driver(info);
    if (!info[0].IsArray()) throw Napi::TypeError::New(info.Env(), "names must be an array");
    const auto array = info[0].As<Napi::Array>();
    std::set<std::string> names;
    for (uint32_t i = 0; i < array.Length(); i++) {
      const Napi::Value name = array[i];
      if (!name.IsString()) throw Napi::TypeError::New(info.Env(), "names must be strings");
      names.insert(name.As<Napi::String>().Utf8Value());
    }
    const falco::Failure failure = driver.set_tracepoints(names);
    return failure ? to_object(info.Env(), *failure) : info.Env().Null();
  }

  Napi::Value attach(const Napi::CallbackInfo& info) {
    const falco::Failure failure = driver(info).attach();
    return failure ? to_object(info.Env(), *failure) : info.Env().Null();
  }

  void detach(const Napi::CallbackInfo& info) { driver(info).detach(); }

  Napi::Value drain(const Napi::CallbackInfo& info) {
    Driver& driver = this->driver(info);
    auto buffer = batch(info);
    return Napi::Number::New(info.Env(), static_cast<double>(driver.drain(buffer.Data(), buffer.Length())));
  }

  Napi::Value wait(const Napi::CallbackInfo& info) {
    Driver& driver = this->driver(info);
    if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "the timeout must be a number");
    const int timeout = info[0].As<Napi::Number>().Int32Value();
    if (timeout < 0) throw Napi::RangeError::New(info.Env(), "the timeout must not be negative");
    return Napi::Boolean::New(info.Env(), driver.wait(timeout));
  }

  Napi::Value scan(const Napi::CallbackInfo& info) {
    Driver& driver = this->driver(info);
    auto buffer = batch(info);
    const int64_t used = driver.scan(buffer.Data(), buffer.Length());
    if (used < 0) return Napi::Boolean::New(info.Env(), false);
    return Napi::Number::New(info.Env(), static_cast<double>(used));
  }

  Napi::Value counters(const Napi::CallbackInfo& info) {
    std::vector<double> values;
    if (const falco::Failure failure = driver(info).counters(values)) {
      throw Napi::Error::New(info.Env(), failure->subject + ": " + failure->details);
    }
    auto array = Napi::Float64Array::New(info.Env(), values.size());
    std::copy(values.begin(), values.end(), array.Data());
    return array;
  }

  Napi::Value set_run_stats(const Napi::CallbackInfo& info) {
    Driver& driver = this->driver(info);
    if (!info[0].IsBoolean()) throw Napi::TypeError::New(info.Env(), "on must be a boolean");
    const falco::Failure failure = driver.set_run_stats(info[0].As<Napi::Boolean>());
    return failure ? to_object(info.Env(), *failure) : info.Env().Null();
  }

  Napi::Value programs(const Napi::CallbackInfo& info) {
    Napi::Array array = Napi::Array::New(info.Env());
    for (const falco::ProgramStats& program : driver(info).program_stats()) {
      Napi::Object object = Napi::Object::New(info.Env());
      object["name"] = Napi::String::New(info.Env(), program.name);
      object["runs"] = Napi::Number::New(info.Env(), static_cast<double>(program.runs));
      object["nanoseconds"] = Napi::Number::New(info.Env(), static_cast<double>(program.nanoseconds));
      array.Set(array.Length(), object);
    }
    return array;
  }

  Napi::Value may_skip(const Napi::CallbackInfo& info) {
    return Napi::Boolean::New(info.Env(), driver(info).may_skip());
  }

  Napi::Value skipped(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(driver(info).skipped()));
  }

  Napi::Value malformed(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(driver(info).malformed()));
  }

  void close(const Napi::CallbackInfo&) { release(); }

  std::unique_ptr<Driver> driver_;
  std::shared_ptr<std::set<Handle*>> open_;
};

template <typename Value>
Value required(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  const bool right = std::is_same_v<Value, Napi::String>    ? value.IsString()
                     : std::is_same_v<Value, Napi::Boolean> ? value.IsBoolean()
                                                            : value.IsNumber();
  if (!right) throw Napi::TypeError::New(object.Env(), std::string(name) + " is missing or of the wrong type");
  return value.As<Value>();
}

// open(options) -> DriverHandle, or an error object with a `code`.
Napi::Value open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject()) throw Napi::TypeError::New(env, "options must be an object");
  const auto object = info[0].As<Napi::Object>();
  const auto number = [&](const char* name) { return required<Napi::Number>(object, name).Uint32Value(); };
  const auto text = [&](const char* name) { return required<Napi::String>(object, name).Utf8Value(); };
  falco::DriverOptions options;
  options.cpus_per_ring = number("cpusForEachBuffer");
  options.ring_bytes = number("bufferBytes");
  options.drop_failed = required<Napi::Boolean>(object, "dropFailedExit").Value();
  options.snaplen = number("snaplen");
  options.ignore_tgid = number("ignorePid");
  options.flavor = text("flavor");
  options.object_dir = text("objectDir");
  options.btf_path = text("btfPath");
  options.kernel_release = text("kernelRelease");
  // The mask arithmetic on positions rests on it.
  if (options.ring_bytes == 0 || (options.ring_bytes & (options.ring_bytes - 1)) != 0) {
    throw Napi::RangeError::New(env, "bufferBytes must be a power of two");
  }

  std::unique_ptr<Driver> driver;
  if (const falco::Failure failure = Driver::open(options, driver)) return to_object(env, *failure);
  // The handle takes the driver over in its constructor.
  return env.GetInstanceData<Environment>()->handle.New({Napi::External<Driver>::New(env, driver.release())});
}

// sendDatagram(path, data) -> 0 or the errno.
Napi::Value send_datagram(const Napi::CallbackInfo& info) {
  if (!info[0].IsString()) throw Napi::TypeError::New(info.Env(), "path must be a string");
  if (!info[1].IsBuffer()) throw Napi::TypeError::New(info.Env(), "data must be a Buffer");
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  const auto data = info[1].As<Napi::Buffer<uint8_t>>();
  const int result = info.Env().GetInstanceData<Environment>()->socket.send(path, data.Data(), data.Length());
  return Napi::Number::New(info.Env(), result);
}

Napi::Array to_array(Napi::Env env, const std::vector<std::string>& names) {
  Napi::Array array = Napi::Array::New(env);
  for (const std::string& name : names) array.Set(array.Length(), Napi::String::New(env, name));
  return array;
}

// isBeingWritten(path) -> boolean.
Napi::Value is_being_written(const Napi::CallbackInfo& info) {
  if (!info[0].IsString()) throw Napi::TypeError::New(info.Env(), "path must be a string");
  return Napi::Boolean::New(info.Env(), falco::is_being_written(info[0].As<Napi::String>().Utf8Value()));
}

int descriptor(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "fd must be a number");
  return info[0].As<Napi::Number>().Int32Value();
}

// openPipe() -> {read, write}, or the errno.
Napi::Value open_pipe(const Napi::CallbackInfo& info) {
  falco::Pipe pipe;
  if (const int error = falco::open_pipe(pipe)) return Napi::Number::New(info.Env(), error);
  Napi::Object object = Napi::Object::New(info.Env());
  object["read"] = Napi::Number::New(info.Env(), pipe.read);
  object["write"] = Napi::Number::New(info.Env(), pipe.write);
  return object;
}

// pipeState(fd) -> {unread, hasReader}, or the errno.
Napi::Value pipe_state(const Napi::CallbackInfo& info) {
  falco::PipeState state;
  if (const int error = falco::pipe_state(descriptor(info), state)) return Napi::Number::New(info.Env(), error);
  Napi::Object object = Napi::Object::New(info.Env());
  object["unread"] = Napi::Number::New(info.Env(), state.unread);
  object["hasReader"] = Napi::Boolean::New(info.Env(), state.has_reader);
  return object;
}

// lockFile(fd) -> 0 or the errno.
Napi::Value lock_file(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), falco::lock_file(descriptor(info)));
}

// trimMemory(): memory that is free goes back to the system.
void trim_memory(const Napi::CallbackInfo&) { falco::trim_memory(); }

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  auto* environment = new Environment();
  environment->handle = Napi::Persistent(Handle::define(env));
  // Before the environment goes, and the worker thread with it, every driver it left open is closed.
  env.AddCleanupHook(
      [](std::shared_ptr<std::set<Handle*>>* open) {
        while (!(*open)->empty()) (*(*open)->begin())->release();
        delete open;
      },
      new std::shared_ptr<std::set<Handle*>>(environment->open));
  env.SetInstanceData(environment);

  exports["familyNames"] = to_array(env, falco::family_names());
  exports["outcomeNames"] = to_array(env, falco::outcome_names());
  exports["counterNames"] = to_array(env, falco::counter_names());
  exports["smallestBatch"] = Napi::Number::New(env, kSmallestBatch);
  exports["syscalls"] = Napi::Number::New(env, WIRE_SYSCALLS);
  exports["open"] = Napi::Function::New(env, open, "open");
  exports["isBeingWritten"] = Napi::Function::New(env, is_being_written, "isBeingWritten");
  exports["sendDatagram"] = Napi::Function::New(env, send_datagram, "sendDatagram");
  exports["openPipe"] = Napi::Function::New(env, open_pipe, "openPipe");
  exports["pipeState"] = Napi::Function::New(env, pipe_state, "pipeState");
  exports["lockFile"] = Napi::Function::New(env, lock_file, "lockFile");
  exports["trimMemory"] = Napi::Function::New(env, trim_memory, "trimMemory");
  return exports;
}

}  // namespace

NODE_API_MODULE(falco, initialize)
