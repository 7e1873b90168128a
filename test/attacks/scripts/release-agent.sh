. "$ATTACKS/lib.sh"
# The escape writes the name of a program of its own into this file of a cgroup; here it is a plain file.
: >"$WORK/release_agent"
