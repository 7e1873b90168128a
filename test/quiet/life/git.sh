# git: a repository with a remote one.
set -e
command -v git >/dev/null || { echo 'git is not installed' >&2; exit 75; }
export GIT_AUTHOR_NAME=Carol GIT_AUTHOR_EMAIL=carol@example.com GIT_COMMITTER_NAME=Carol GIT_COMMITTER_EMAIL=carol@example.com
git init -q --bare /srv/demo.git
mkdir -p /root/work
cd /root/work
git init -q demo
cd demo
git remote add origin /srv/demo.git
for number in 1 2 3 4 5; do
  echo "line $number" >>file
  git add file
  git commit -qm "Change $number"
done
git push -q origin HEAD:main
git clone -q -b main file:///srv/demo.git ../clone
cd ../clone
git checkout -q -b topic
echo more >>file
git commit -qam topic
git push -q origin topic
git log --oneline | cat
git gc -q
git fsck
