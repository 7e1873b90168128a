# A compile: C with make, installed for all; what a developer does.
set -e
command -v cc >/dev/null && command -v make >/dev/null || { echo 'no compiler' >&2; exit 75; }
mkdir -p /root/src/demo
cd /root/src/demo
for number in 1 2 3 4 5 6 7 8; do
  printf '#include <stdio.h>\nint part%s(void) { return printf("part %s\\n"); }\n' "$number" "$number" >"part$number.c"
done
{
  for number in 1 2 3 4 5 6 7 8; do echo "int part$number(void);"; done
  echo 'int main(void) {'
  for number in 1 2 3 4 5 6 7 8; do echo "  part$number();"; done
  echo '  return 0;'
  echo '}'
} >main.c
cat >Makefile <<'END'
objects := main.o $(patsubst %,part%.o,1 2 3 4 5 6 7 8)
demo: $(objects)
	$(CC) -o $@ $^
libdemo.so: part1.c
	$(CC) -shared -fPIC -o $@ $^
install: demo libdemo.so
	install -d $(DESTDIR)/usr/local/bin $(DESTDIR)/usr/local/lib
	install -m 755 demo $(DESTDIR)/usr/local/bin/demo
	install -m 644 libdemo.so $(DESTDIR)/usr/local/lib/libdemo.so
	ldconfig
clean:
	rm -f *.o demo libdemo.so
END
make -j2
./demo
make install
demo
if command -v gdb >/dev/null; then gdb -batch -ex 'break part3' -ex run -ex bt -ex continue ./demo; fi
if command -v strace >/dev/null; then strace -c -o /dev/null ./demo; fi
strip demo
make clean
tar -czf /root/demo.tar.gz -C /root/src demo
tar -tzf /root/demo.tar.gz >/dev/null
find /usr/include -name 'std*.h' | xargs grep -l size_t >/dev/null
