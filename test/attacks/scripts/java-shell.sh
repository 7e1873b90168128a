. "$ATTACKS/lib.sh"
as java spawn sh -c : -- -jar server.jar
