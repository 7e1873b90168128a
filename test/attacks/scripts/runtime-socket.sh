. "$ATTACKS/lib.sh"
"$PROGRAM" connect-unix "$WORK/docker.sock"
