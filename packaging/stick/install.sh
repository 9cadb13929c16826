#!/bin/sh
# Installs the box (or the hub) from this folder; needs no network.
#   sudo ./install.sh          the box
#   sudo ./install.sh hub      the hub
# Says what it does; checks the sums before it touches anything; installs nothing that is damaged or for another machine.
set -eu
cd "$(dirname "$0")"

stop() {
  printf '%s\n' "没有安装 not installed: $1" >&2
  exit 1
}

case ${1:-box} in
  box) name=anju-edge next='sudo anju-edge devices scan' ;;
  hub) name=anju-central next='sudo anju-central setup' ;;
  *) stop "用法 usage: sudo ./install.sh [box|hub]" ;;
esac

command -v dpkg >/dev/null || stop "这里不是 Debian · this is no Debian"
architecture=$(dpkg --print-architecture)
newest=
for file in "$name"_*_"$architecture".deb; do
  [ -e "$file" ] || continue
  version=$(echo "$file" | cut -d_ -f2)
  if [ -z "$newest" ] || dpkg --compare-versions "$version" gt "$(echo "$newest" | cut -d_ -f2)"; then newest=$file; fi
done
[ -n "$newest" ] || stop "这里没有 $architecture 的 $name · no $name for $architecture in this folder, only: $(echo *.deb)"

echo "检查 checking: $newest"
grep -q "  $newest\$" SHA256SUMS || stop "SHA256SUMS 里没有 $newest · SHA256SUMS does not list it; copy the folder again"
grep "  $newest\$" SHA256SUMS | sha256sum --check --status ||
  stop "$newest 已损坏，请重新拷贝 · it is damaged; copy the folder again"
[ "$(id -u)" = 0 ] || stop "请加 sudo · needs root: sudo ./install.sh ${1:-box}"

echo "安装 installing: $name $(echo "$newest" | cut -d_ -f2), $architecture"
apt-get install -y "./$newest"
echo "已安装 installed. 下一步 next: $next"
