# shellcheck shell=bash
# Shared by deploy.sh and destroy.sh: how they ask AWS, compare, change and tell.
# The names of things (project, rooms, ...) are assigned by what darkroom.deployment prints.
# shellcheck disable=SC2154
set -euo pipefail
# Questions to AWS hold brackets and question marks; they name no files.
set -f

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export AWS_PAGER="" AWS_DEFAULT_OUTPUT=json PYTHONPATH="$root"
# What AWS answers where there is nothing of that name: the code in brackets of the command's message.
ABSENT='occurred \([a-z0-9.]*(NoSuch|NotFound|DoesNotExist|NonExistent)[a-z0-9.]*\)|\(404\)'

# What passes by itself, in the words of each service, read without regard to case.
PASSING=(
  # A role or a policy made seconds ago: Lambda and EventBridge, Step Functions and its log destination, IAM itself.
  'cannot be assumed by (lambda|principal)'
  'authorized to assume the provided role'
  'role is not authorized to access the log destination'
  'role with name .* cannot be found'
  'EntityTemporarilyUnmodifiable|ConcurrentModification|DeleteConflict'
  # A key made seconds ago, and a principal that a policy names before KMS and S3 know of it.
  'NotFoundException\) when calling the (CreateAlias|PutKeyPolicy|EnableKeyRotation)'
  'key does not exist or is not allowed to be used'
  'invalid principal'
  # A thing of that name that is being made, changed or deleted.
  'StateMachineDeleting|QueueDeletedRecently|OperationAborted|NoSuchBucket|ContinuousBackupsUnavailable'
  'update is in progress|currently in the following state|still in use'
  "rule can't be deleted since it has targets"
  # Too much at once.
  'Throttl|TooManyRequests|Rate exceeded|SlowDown|InternalError|ServiceUnavailable'
)
# Tries with 1, 2, 3, 4 seconds in between, and then 5: two minutes and a quarter, ten minutes.
TRIES_FOR_WHAT_PASSES=30
TRIES_FOR_DELETION=122

# The name of every role's policy. An upgrade takes the one away that had the other name, which was 0.1's.
# shellcheck disable=SC2034 # the two scripts use it
POLICY=least-privilege
FORMER_POLICY="what-it-needs"

fail() {
  echo "$*" >&2
  exit 1
}

ours() { "${PYTHON:-python3}" -m darkroom.deployment "$@"; }

# same WANTED ANSWER: whether the answer holds what the file says. What cannot be compared ends the script.
same() {
  local status=0
  "${PYTHON:-python3}" -S -m darkroom.deployment.document_matching "$1" <<<"$2" || status=$?
  case $status in
    0) return 0 ;;
    3) return 1 ;;
    *) fail "The answer could not be compared with $1: $2" ;;
  esac
}

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
  elif grep -qiE "$ABSENT" "$said"; then
    echo null
  else
    answer=$(cat "$said")
    rm "$said"
    fail "$answer"
  fi
  rm "$said"
}

passes() { grep -qiE "$(IFS='|' && echo "${PASSING[*]}")" <<<"$1"; }

pause() { sleep $(($1 < 5 ? $1 : 5)); }

# Run a command, again and again where what stands against it passes.
patiently() {
  local try answer
  for ((try = 1; try <= TRIES_FOR_WHAT_PASSES; try++)); do
    if answer=$(run "$@" 2>&1); then return; fi
    passes "$answer" || break
    [ "$try" != 1 ] || echo "... trying again for two minutes: ${answer##*$'\n'}" >&2
    pause "$try"
  done
  fail "$answer"
}

# wait_while STATES WHAT question...: as long as the answer is one of these words.
wait_while() {
  local states=$1 what=$2 try answer
  shift 2
  for ((try = 1; try <= TRIES_FOR_DELETION; try++)); do
    answer=$(look "$@") || exit 1
    [[ " $states " = *" $answer "* ]] || return 0
    [ "$try" != 1 ] || echo "... waiting for the $what, which is $answer" >&2
    pause "$try"
  done
  fail "The $what is still $answer after ten minutes. Run this again later."
}

# wholly FAILED aws-command...: for commands whose exit status is 0 though they did only a part.
# FAILED is the query of what they did not do.
wholly() {
  local failed=$1 left
  shift
  left=$(call "$@" --query "$failed") || return
  case $left in
    '' | null | '[]') ;;
    *) echo "$1 $2 did only a part: $left" >&2 && return 1 ;;
  esac
}

drop_former_policy() {
  local found
  found=$(look iam get-role-policy --role-name "$1" --policy-name "$FORMER_POLICY" --query PolicyName) || exit 1
  [ "$found" != null ] || return 0
  patiently iam delete-role-policy --role-name "$1" --policy-name "$FORMER_POLICY"
  tell gone "role $1: policy $FORMER_POLICY"
}

policy_arn() { echo "arn:aws:iam::$account_id:policy/$global_name-$1"; }

# A saved query of Logs Insights has an id, and may be there twice under one name.
find_query() {
  echo "logs describe-query-definitions --query-definition-name-prefix $project/$1" \
    "--query queryDefinitions[?name=='$project/$1']|[0]"
}

# shellcheck disable=SC2046 # so that the question is split at its spaces
query_id() { look $(find_query "$1").queryDefinitionId --output text; }

drop_former_versions() {
  local versions version
  versions=$(look iam list-policy-versions --policy-arn "$1" \
    --query 'Versions[?!IsDefaultVersion].VersionId' --output text) || exit 1
  [ "$versions" != null ] || return 0
  for version in $versions; do
    patiently iam delete-policy-version --policy-arn "$1" --version-id "$version"
  done
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
  elif [ -z "$wanted" ] || same "$wanted" "$answer"; then
    tell unchanged "$what"
  else
    patiently $5
    tell changed "$what"
  fi
}

# keep WHAT WANTED "question" "change": for what always has some value.
keep() { ensure "$1" "$2" "$3" "$4" "$4"; }

# together DO THING...: do it for each thing, all at once; fails when one does, once all have ended.
together() {
  local do=$1 thing pid pids=() failed=0
  shift
  for thing in "$@"; do
    "$do" "$thing" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  return "$failed"
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
