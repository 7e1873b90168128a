# ssh: sessions with a key, over loopback: a command, a terminal, copies, git.
set -e
[ -x /usr/sbin/sshd ] || { echo 'sshd is not installed' >&2; exit 75; }
port=$1
client="-p $port -i /root/.ssh/id_ed25519 -o StrictHostKeyChecking=accept-new -o BatchMode=yes"
mkdir -p /run/sshd
/usr/sbin/sshd -t
# As its unit does.
/usr/sbin/sshd -D -p "$port" -o ListenAddress=127.0.0.1 -o PidFile=/run/sshd.pid -o PermitRootLogin=prohibit-password &
tries=0
until ssh $client 127.0.0.1 true 2>/dev/null || [ "$tries" -ge 50 ]; do tries=$((tries + 1)); sleep 0.1; done
ssh $client 127.0.0.1 'id; uptime; ls -la ~; df -h /; ps aux | head -5'
ssh -tt $client 127.0.0.1 <<'END'
whoami
ls /etc | head -3
exit
END
echo data >/root/data
scp -q -P "$port" -i /root/.ssh/id_ed25519 /root/data 127.0.0.1:/root/data.copied
scp -q -P "$port" -i /root/.ssh/id_ed25519 127.0.0.1:/root/data.copied /root/data.back
printf 'put /root/data /root/data.sftp\nls -l /root\nget /root/data.sftp /root/data.again\nbye\n' |
  sftp -q -b - -P "$port" -i /root/.ssh/id_ed25519 127.0.0.1
if [ -d /srv/demo.git ]; then
  GIT_SSH_COMMAND="ssh $client" git clone -q -b main ssh://127.0.0.1/srv/demo.git /root/cloned-by-ssh
fi
if command -v rsync >/dev/null; then rsync -a -e "ssh $client" /root/data 127.0.0.1:/root/data.rsync; fi
ssh-keygen -l -f /root/.ssh/id_ed25519.pub
kill "$(cat /run/sshd.pid)"
