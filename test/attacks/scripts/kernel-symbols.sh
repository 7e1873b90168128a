. "$ATTACKS/lib.sh"
head -c 1 /proc/kallsyms >/dev/null
