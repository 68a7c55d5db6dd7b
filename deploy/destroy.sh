#!/usr/bin/env bash
# Takes away all that deploy.sh made: deploy/destroy.sh SETTINGS.json [--keep-photos] [--yes]
# Photos and a protected table stop it before anything is touched, unless the settings say force_destroy_bucket.
# shellcheck disable=SC2154 # names of things are assigned by what darkroom.deployment prints
# shellcheck source=deploy/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# drop WHAT "question" "taking away": only if it is there. The scripts' own functions wait where they have to.
# shellcheck disable=SC2086 # commands are split at their spaces
drop() {
  local what=$1 answer
  answer=$(look $2) || fail "... so this went wrong: $what"
  if [ "$answer" = null ]; then
    tell absent "$what"
  else
    if [ -n "$(type -t "${3%% *}")" ]; then $3 >/dev/null; else patiently $3; fi
    tell gone "$what"
  fi
}

# Whether a bucket is there and holds anything, older versions too.
holds_objects() {
  local first
  first=$(look s3api list-object-versions --bucket "$1" --no-paginate --max-keys 1 \
    --query '[Versions,DeleteMarkers][]|[0].Key') || exit 1
  [ "$first" != null ]
}

# Refuse before anything is touched, or have it confirmed.
agree() {
  local bucket answer
  if [ -z "$force_destroy$keep_photos" ]; then
    for bucket in "${photo_buckets[@]}"; do
      ! holds_objects "$bucket" || fail "The bucket $bucket holds photos. $remedy"
    done
    answer=$(look dynamodb describe-table --table-name "$project-images" --query Table.DeletionProtectionEnabled)
    [ "$answer" != true ] || fail "The table $project-images is protected. $remedy"
  fi
  [ -n "$sure" ] && return
  read -r -p "Type $project to destroy it: " answer
  [ "$answer" = "$project" ] || fail "Nothing was destroyed."
}

destroy_rule() {
  local rule=$project-$1 queue=$project-$1-undelivered url target
  target=$(look events list-targets-by-rule --rule "$rule" --query 'Targets[0].Id' --output text)
  drop "rule $rule: target" "events list-targets-by-rule --rule $rule --query Targets[0]" \
    "remove_target $rule $target"
  drop "rule $rule" "events describe-rule --name $rule" "events delete-rule --name $rule"
  url=$(look sqs get-queue-url --queue-name "$queue" --query QueueUrl --output text)
  drop "queue $queue" "sqs get-queue-url --queue-name $queue" "sqs delete-queue --queue-url $url"
  destroy_role "$1-rule"
}

remove_target() { patiently wholly FailedEntries events remove-targets --rule "$1" --ids "$2"; }

destroy_machine() {
  local arn=arn:aws:states:$region:$account_id:stateMachine:$project-$1
  drop "state machine $project-$1" "stepfunctions describe-state-machine --state-machine-arn $arn" \
    "delete_machine $arn"
  destroy_log_group "/aws/vendedlogs/states/$project-$1"
  destroy_role "$1"
}

# It is gone when its executions have ended, at their next steps; until then these need its role and its functions.
delete_machine() {
  patiently stepfunctions delete-state-machine --state-machine-arn "$1"
  wait_while "ACTIVE DELETING" "state machine ${1##*:}" \
    stepfunctions describe-state-machine --state-machine-arn "$1" --query status --output text
}

destroy_function() {
  local name=$project-$1
  drop "function $name" "lambda get-function-configuration --function-name $name" \
    "lambda delete-function --function-name $name"
  destroy_log_group "/aws/lambda/$name"
  destroy_role "$1"
}

destroy_role() {
  local role=$global_name-$1
  drop "role $role: what it may do" "iam get-role-policy --role-name $role --policy-name $POLICY" \
    "iam delete-role-policy --role-name $role --policy-name $POLICY"
  drop_former_policy "$role"
  drop "role $role" "iam get-role --role-name $role" "iam delete-role --role-name $role"
}

# Refused while somebody has it, with AWS's own words: detach it first.
destroy_policy() {
  local arn
  arn=$(policy_arn "$1")
  drop_former_versions "$arn"
  drop "policy $global_name-$1" "iam get-policy --policy-arn $arn" "iam delete-policy --policy-arn $arn"
}

destroy_log_group() {
  drop "log group $1" "logs describe-log-groups --log-group-name-prefix $1 --query logGroups[?logGroupName=='$1']|[0]" \
    "logs delete-log-group --log-group-name $1"
}

destroy_alarms() {
  local found names
  found=$(call cloudwatch describe-alarms --alarm-names "${alarm_names[@]}" "${former_alarm_names[@]}" \
    --query MetricAlarms[].AlarmName --output text)
  read -ra names <<<"$found"
  [ ${#names[@]} = 0 ] || patiently cloudwatch delete-alarms --alarm-names "${names[@]}"
  tell gone "alarms"
}

destroy_query() {
  local id
  id=$(query_id "$1") || exit 1
  drop "query $project/$1" "$(find_query "$1")" "logs delete-query-definition --query-definition-id $id"
}

destroy_topic() {
  local arn=arn:aws:sns:$region:$account_id:$project-$1
  drop "topic $project-$1" "sns get-topic-attributes --topic-arn $arn" "sns delete-topic --topic-arn $arn"
}

destroy_table() {
  local table=$project-images
  drop "table $table: protection" \
    "dynamodb describe-table --table-name $table --query Table.DeletionProtectionEnabled||null" \
    "dynamodb update-table --table-name $table --no-deletion-protection-enabled"
  drop "table $table" "dynamodb describe-table --table-name $table" "delete_table $table"
}

delete_table() {
  local status question=(dynamodb describe-table --table-name "$1" --query Table.TableStatus --output text)
  wait_while "CREATING UPDATING" "table $1" "${question[@]}"
  status=$(look "${question[@]}")
  [ "$status" = DELETING ] || patiently dynamodb delete-table --table-name "$1"
  wait_while "ACTIVE DELETING" "table $1" "${question[@]}"
}

# Every version, a thousand at a time, which is the most that one call takes: `aws s3 rm --recursive` would only hide
# them. Not --max-items, which counts versions alone and lets as many delete markers through.
empty_bucket() {
  local bucket=$1 batch
  while holds_objects "$bucket"; do
    # shellcheck disable=SC2016 # `true` is JMESPath's
    batch=$(call s3api list-object-versions --bucket "$bucket" --no-paginate --max-keys 1000 \
      --query '{Quiet:`true`,Objects:[Versions,DeleteMarkers][].{Key:Key,VersionId:VersionId}}')
    printf '{"Delete": %s}' "$batch" >"$scratch/$bucket.json"
    patiently wholly 'Errors[:3]' s3api delete-objects --bucket "$bucket" --cli-input-json "file://$scratch/$bucket.json"
  done
}

destroy_bucket() {
  drop "bucket $1" "s3api get-bucket-location --bucket $1" "delete_bucket $1"
}

delete_bucket() {
  empty_bucket "$1"
  patiently s3api delete-bucket --bucket "$1"
}

destroy_key() {
  [ -z "$given_key_arn" ] || return 0
  local id
  id=$(look kms describe-key --key-id "alias/$project" --query KeyMetadata.KeyId --output text)
  # One that waits for its end already, because this was stopped, only loses its alias.
  drop "key alias/$project (deleted for good in 30 days)" \
    "kms describe-key --key-id alias/$project --query KeyMetadata.KeyState!='PendingDeletion'||null" \
    "kms schedule-key-deletion --key-id $id --pending-window-in-days 30"
  drop "alias/$project" "kms describe-key --key-id alias/$project" "kms delete-alias --alias-name alias/$project"
}

remedy="Set force_destroy_bucket to true to lose them, or give --keep-photos: buckets and key stay, the records go."
begin "${1:-}"
keep_photos="" sure=""
for option in "${@:2}"; do
  case $option in
    --keep-photos) keep_photos=yes ;;
    --yes) sure=yes ;;
    *) fail "$option is no option; there are --keep-photos and --yes." ;;
  esac
done
agree
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

together destroy_rule "${rules[@]}"
together destroy_machine "${machines[@]}"
together destroy_function "${rooms[@]}"
together destroy_policy "${known_policies[@]}"
destroy_alarms
drop "dashboard $global_name" "cloudwatch get-dashboard --dashboard-name $global_name" \
  "cloudwatch delete-dashboards --dashboard-names $global_name"
together destroy_query "${queries[@]}"
together destroy_topic results operations
destroy_table
destroy_bucket "$artifacts_bucket"
if [ -z "$keep_photos" ]; then
  together destroy_bucket "${photo_buckets[@]}"
  # Without its key, nothing that it encrypted can be read.
  destroy_key
fi
echo "Done."
