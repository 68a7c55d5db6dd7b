# shellcheck shell=bash
# Shared by deploy.sh and destroy.sh: how they ask AWS, compare, change and tell.
# The names of things (project, rooms, ...) are assigned by what darkroom.deployment prints.
# shellcheck disable=SC2154
set -euo pipefail
# Questions to AWS hold brackets and question marks; they name no files.
set -f

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export AWS_PAGER="" AWS_DEFAULT_OUTPUT=json PYTHONPATH="$root"
# What AWS answers where there is nothing of that name.
ABSENT='NoSuch|NotFound|DoesNotExist|NonExistent|\(404\)'

# What passes in some seconds: a role that was just made cannot be assumed yet, a new table has no backups yet, a queue's
# name is free again a minute after its end.
PASSING='assume|AccessDenied.*role|role.*(not exist|invalid)|ContinuousBackupsUnavailable|DeletedRecently'

fail() {
  echo "$*" >&2
  exit 1
}

ours() { "${PYTHON:-python3}" -m darkroom.deployment "$@"; }

# aws with the endpoint said aloud: version 1 of the command otherwise ignores AWS_ENDPOINT_URL for SQS.
call() { aws --region "$region" ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} "$@"; }

tell() { printf '%-10s %s\n' "$1" "$2"; }

# An aws command, or one of the scripts' own functions.
run() { if [ -n "$(type -t "$1")" ]; then "$@"; else call "$@"; fi; }

# The answer to a question, "null" where there is no such thing; any other refusal ends the script.
look() {
  local answer said
  # Apart from the answer, for the command also warns there.
  said=$(mktemp)
  if answer=$(call "$@" 2>"$said"); then
    printf '%s\n' "${answer:-null}"
  elif grep -qE "$ABSENT" "$said"; then
    echo null
  else
    answer=$(cat "$said")
    rm "$said"
    fail "$answer"
  fi
  rm "$said"
}

# Run a command, up to a minute long where what stands against it passes.
patiently() {
  local try answer
  for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
    if answer=$(run "$@" 2>&1); then return; fi
    grep -qE "$PASSING" <<<"$answer" || break
    sleep $((try < 5 ? try : 5))
  done
  fail "$answer"
}

# ensure WHAT WANTED "question" "making" "change": make it, leave it, or bring it to what the file WANTED says.
# The three are aws commands without aws; no word of theirs has a space. Without WANTED, it is enough to be there.
# shellcheck disable=SC2086 # so they are split at their spaces
ensure() {
  local what=$1 wanted=$2 answer
  answer=$(look $3) || fail "... so this went wrong: $what"
  if [ "$answer" = null ]; then
    patiently $4
    tell made "$what"
  elif [ -z "$wanted" ] || ours same "$wanted" <<<"$answer"; then
    tell unchanged "$what"
  else
    patiently $5
    tell changed "$what"
  fi
}

# keep WHAT WANTED "question" "change": for what always has some value.
keep() { ensure "$1" "$2" "$3" "$4" "$4"; }

# together DO THING...: do it for each thing, all at once; fails when one does.
together() {
  local do=$1 thing pid pids=()
  shift
  for thing in "$@"; do
    "$do" "$thing" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
}

# Check the settings file, and know the account and every name. Nothing is asked of AWS before the settings hold.
begin() {
  [ -f "${1:-}" ] || fail "Usage: $0 SETTINGS.json (deploy/settings.example.json shows one)"
  command -v aws >/dev/null || fail "The aws command is missing: https://aws.amazon.com/cli/"
  settings=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
  local assignments
  assignments=$(ours names "$settings")
  eval "$assignments"
  account_id=$(call sts get-caller-identity --query Account --output text)
  assignments=$(ours names "$settings" --account-id "$account_id")
  eval "$assignments"
  echo "Account $account_id, Region $region, project $project"
}
