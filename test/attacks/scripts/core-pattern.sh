. "$ATTACKS/lib.sh"
# Opened for writing, and nothing written.
"$PROGRAM" open /proc/sys/kernel/core_pattern w
