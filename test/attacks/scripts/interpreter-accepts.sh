. "$ATTACKS/lib.sh"
python3 -c "
import socket
listener = socket.create_server(('127.0.0.1', 0))
near = socket.create_connection(listener.getsockname())
listener.accept()"
