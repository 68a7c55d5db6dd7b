#!/usr/bin/env bash
# Stands for `aws` on PATH and answers as AWS documents it, from the folder $DOUBLE of a test:
#   answers/SERVICE.OPERATION/*   given once each, in order; the exit status on the first line, then the text
#   always/SERVICE.OPERATION      given when those are used up
# Without either, a question finds nothing of that name (or something, where there is a file `found`), and whatever else
# succeeds. Each call is a line of `calls`.
set -euo pipefail
while [[ ${1:-} = --* ]]; do shift 2; done
echo "$*" >>"$DOUBLE/calls"
operation=$1.$2

reply() {
  local status
  {
    read -r status
    if [ "$status" = 0 ]; then cat; else cat >&2; fi
  } <"$1"
  exit "$status"
}

# DeleteObjects takes at most a thousand keys.
if [ "$operation" = s3api.delete-objects ]; then
  given="$*"
  given=${given##*file://}
  keys=$(grep -c '"Key"' "${given%% *}")
  echo "$keys" >>"$DOUBLE/deleted"
  if [ "$keys" -gt 1000 ]; then
    echo "An error occurred (MalformedXML) when calling the DeleteObjects operation: $keys keys" >&2
    exit 254
  fi
fi
for answer in "$DOUBLE/answers/$operation"/*; do
  # Whoever moves it has it: calls come at once.
  if mv "$answer" "$DOUBLE/taken.$BASHPID" 2>/dev/null; then reply "$DOUBLE/taken.$BASHPID"; fi
done
[ ! -f "$DOUBLE/always/$operation" ] || reply "$DOUBLE/always/$operation"
case $2 in
  get-* | describe-* | list-* | head-*)
    if [ -f "$DOUBLE/found" ]; then
      echo '{}'
    else
      echo "An error occurred (ResourceNotFoundException) when calling the $2 operation: none" >&2
      exit 254
    fi
    ;;
esac
