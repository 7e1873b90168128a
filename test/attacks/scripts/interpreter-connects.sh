. "$ATTACKS/lib.sh"
python3 -c "
import socket
peer = socket.socket(); peer.setblocking(False); peer.connect_ex(('192.0.2.1', 80))"
