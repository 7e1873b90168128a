. "$ATTACKS/lib.sh"
http_proxy=http://127.0.0.1:1 curl --silent --max-time 1 http://127.0.0.1:1/ || true
