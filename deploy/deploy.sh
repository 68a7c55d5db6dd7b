#!/usr/bin/env bash
# Makes Darkroom in an account with the plain aws command, or brings it up to date: deploy/deploy.sh SETTINGS.json
# Safe to run again, also after it was stopped: what is as it should be stays untouched.
# shellcheck disable=SC2154 # names of things are assigned by what darkroom.deployment prints
# shellcheck source=deploy/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Where `ensure` calls a function, bash ends it at no failure: hence the && in those.

# Assigns key_arn, because a new alias is not found at once.
make_key() {
  key_arn=$(call kms create-key --cli-input-json file://key/create.json --query KeyMetadata.Arn --output text)
  # A key without its alias would never be found again.
  (patiently kms create-alias --alias-name "alias/$project" --target-key-id "${key_arn##*/}") || {
    call kms schedule-key-deletion --key-id "$key_arn" --pending-window-in-days 7 >/dev/null
    fail "The key could not be named alias/$project."
  }
  tell made "key alias/$project"
}

deploy_key() {
  if [ -n "$given_key_arn" ]; then
    key_arn=$given_key_arn
    return
  fi
  local found state
  found=$(look kms describe-key --key-id "alias/$project" --query "KeyMetadata.[Arn,KeyState]" --output text)
  read -r key_arn state <<<"$found"
  [ "$state" != PendingDeletion ] || fail "The key alias/$project waits for its deletion. To keep it, run
  aws kms cancel-key-deletion --key-id $key_arn && aws kms enable-key --key-id $key_arn
To deploy with a new one, run: aws kms delete-alias --alias-name alias/$project"
  [ "$key_arn" != null ] || make_key
  keep "key policy" key/policy.json \
    "kms get-key-policy --key-id $key_arn --policy-name default" \
    "kms put-key-policy --key-id $key_arn --policy-name default --cli-input-json file://key/policy.json"
  echo '{"KeyRotationEnabled": true}' >key/rotation.json
  keep "key rotation" key/rotation.json \
    "kms get-key-rotation-status --key-id $key_arn" "kms enable-key-rotation --key-id $key_arn"
}

# Each put-… command that a bucket's folder has an input for, and the question's answer in the shape of that input.
deploy_bucket() {
  local bucket=$1 from=buckets/$1 aspect shape
  ensure "bucket $bucket" "" "s3api get-bucket-location --bucket $bucket" \
    "s3api create-bucket --cli-input-json file://$from/create.json" ""
  while read -r aspect shape; do
    [ -f "$from/$aspect.json" ] || continue
    keep "bucket $bucket: $aspect" "$from/$aspect.json" \
      "s3api get-$aspect --bucket $bucket --query $shape" \
      "s3api put-$aspect --bucket $bucket --cli-input-json file://$from/$aspect.json"
  done <<'ASPECTS'
public-access-block @
bucket-ownership-controls @
bucket-versioning {VersioningConfiguration:@}
bucket-encryption @
bucket-policy @
bucket-lifecycle-configuration {LifecycleConfiguration:@}
bucket-tagging {Tagging:@}
bucket-cors {CORSConfiguration:@}
bucket-notification-configuration {NotificationConfiguration:@}
ASPECTS
}

deploy_index() {
  local table=$1 index=$2
  local found="Table.GlobalSecondaryIndexes[?IndexName=='$index']|[0]"
  ensure "index $index of table $table" "" "dynamodb describe-table --table-name $table --query $found" \
    "dynamodb update-table --table-name $table --cli-input-json file://table/$index.json" ""
  wait_while "CREATING UPDATING" "index $index of the table $table" \
    dynamodb describe-table --table-name "$table" --query "$found.IndexStatus" --output text
}

deploy_table() {
  local table=$project-images index
  wait_while DELETING "table $table" \
    dynamodb describe-table --table-name "$table" --query Table.TableStatus --output text
  ensure "table $table" table/protection.json \
    "dynamodb describe-table --table-name $table --query Table" \
    "dynamodb create-table --cli-input-json file://table/create.json" \
    "dynamodb update-table --table-name $table --cli-input-json file://table/protection.json"
  call dynamodb wait table-exists --table-name "$table"
  # One after the other, as DynamoDB wants it. A table of an earlier version lacks some.
  for index in "${table_indexes[@]}"; do deploy_index "$table" "$index"; done
  keep "table $table: backups" table/recovery.json \
    "dynamodb describe-continuous-backups --table-name $table --query ContinuousBackupsDescription" \
    "dynamodb update-continuous-backups --table-name $table --cli-input-json file://table/backups.json"
}

change_topic() {
  local arn=$1 from=$2
  call sns set-topic-attributes --topic-arn "$arn" --attribute-name KmsMasterKeyId --attribute-value "$key_arn" &&
    call sns set-topic-attributes --topic-arn "$arn" --attribute-name Policy --attribute-value "file://$from/policy.json"
}

deploy_topic() {
  local arn=arn:aws:sns:$region:$account_id:$project-$1 from=topics/$1
  ensure "topic $project-$1" "$from/attributes.json" "sns get-topic-attributes --topic-arn $arn" \
    "sns create-topic --cli-input-json file://$from/create.json" "change_topic $arn $from"
}

deploy_subscription() {
  local topic protocol endpoint arn
  read -r topic protocol endpoint <<<"$1"
  arn=arn:aws:sns:$region:$account_id:$project-$topic
  # People's addresses stay off the screen and out of CI's logs.
  ensure "subscription of $protocol to $project-$topic" "" \
    "sns list-subscriptions-by-topic --topic-arn $arn --query Subscriptions[?Endpoint=='$endpoint']|[0]" \
    "sns subscribe --topic-arn $arn --protocol $protocol --notification-endpoint $endpoint" ""
}

deploy_role() {
  local role=$global_name-$1 from=roles/$1
  ensure "role $role" "$from/trust.json" \
    "iam get-role --role-name $role --query {PolicyDocument:Role.AssumeRolePolicyDocument}" \
    "iam create-role --cli-input-json file://$from/create.json" \
    "iam update-assume-role-policy --role-name $role --cli-input-json file://$from/trust.json"
  if [ -n "$boundary" ]; then
    keep "role $role: boundary" "$from/boundary.json" \
      "iam get-role --role-name $role --query {PermissionsBoundary:Role.PermissionsBoundary.PermissionsBoundaryArn}" \
      "iam put-role-permissions-boundary --role-name $role --cli-input-json file://$from/boundary.json"
  fi
  keep "role $role: what it may do" "$from/policy.json" \
    "iam get-role-policy --role-name $role --policy-name $POLICY" \
    "iam put-role-policy --role-name $role --policy-name $POLICY --cli-input-json file://$from/policy.json"
  # After the new one, so that the role is never without.
  drop_former_policy "$role"
}

deploy_log_group() {
  local group=$1 from=$2
  ensure "log group $group" "" \
    "logs describe-log-groups --log-group-name-prefix $group --query logGroups[?logGroupName=='$group']|[0]" \
    "logs create-log-group --cli-input-json file://$from/create.json" ""
  keep "log group $group: retention" "$from/retention.json" \
    "logs describe-log-groups --log-group-name-prefix $group --query logGroups[?logGroupName=='$group']|[0]" \
    "logs put-retention-policy --log-group-name $group --cli-input-json file://$from/retention.json"
}

# By way of a bucket, because Lambda takes at most 50 MB directly; the key holds the content's hash.
deploy_code() {
  local index=$1 bucket=$artifacts_bucket key=${code_keys[$1]}
  ensure "code $key" "" "s3api head-object --bucket $bucket --key $key" "upload_code $index" ""
}

upload_code() {
  call s3 cp --only-show-errors "$zip_folder/${rooms[$1]}.zip" "s3://$artifacts_bucket/${code_keys[$1]}"
}

change_configuration() {
  call lambda update-function-configuration --function-name "$1" --cli-input-json "file://$2" &&
    call lambda wait function-updated-v2 --function-name "$1"
}

change_code() {
  call lambda update-function-code --function-name "$1" --cli-input-json "file://$2" &&
    call lambda wait function-updated-v2 --function-name "$1"
}

deploy_function() {
  local name=$project-$1 from=functions/$1
  deploy_role "$1"
  deploy_log_group "/aws/lambda/$name" "logs/$1"
  ensure "function $name" "$from/configuration.json" "lambda get-function-configuration --function-name $name" \
    "lambda create-function --cli-input-json file://$from/create.json" \
    "change_configuration $name $from/configuration.json"
  call lambda wait function-active-v2 --function-name "$name"
  keep "function $name: code" "$from/code.json" "lambda get-function-configuration --function-name $name" \
    "change_code $name $from/new-code.json"
}

deploy_machine() {
  local arn=arn:aws:states:$region:$account_id:stateMachine:$project-$1 from=machines/$1
  deploy_role "$1"
  deploy_log_group "/aws/vendedlogs/states/$project-$1" "logs/$1"
  # One of that name may still be going: it answers until its executions have ended.
  wait_while DELETING "state machine $project-$1" \
    stepfunctions describe-state-machine --state-machine-arn "$arn" --query status --output text
  ensure "state machine $project-$1" "$from/body.json" "stepfunctions describe-state-machine --state-machine-arn $arn" \
    "stepfunctions create-state-machine --cli-input-json file://$from/create.json" \
    "stepfunctions update-state-machine --state-machine-arn $arn --cli-input-json file://$from/body.json"
}

deploy_rule() {
  local rule=$project-$1 queue=$project-$1-undelivered from=$1 url
  deploy_role "$1-rule"
  url=$(look sqs get-queue-url --queue-name "$queue" --query QueueUrl --output text)
  if [ "$url" = null ]; then
    ensure "queue $queue" "" "sqs get-queue-url --queue-name $queue" \
      "sqs create-queue --cli-input-json file://queues/$from/create.json" ""
  else
    keep "queue $queue" "queues/$from/attributes.json" \
      "sqs get-queue-attributes --queue-url $url --attribute-names All" \
      "sqs set-queue-attributes --queue-url $url --cli-input-json file://queues/$from/attributes.json"
  fi
  ensure "rule $rule" "rules/$from/body.json" "events describe-rule --name $rule" \
    "events put-rule --cli-input-json file://rules/$from/create.json" \
    "events put-rule --name $rule --cli-input-json file://rules/$from/body.json"
  keep "rule $rule: target" "rules/$from/targets.json" "events list-targets-by-rule --rule $rule" \
    "put_targets $rule rules/$from/targets.json"
}

put_targets() { wholly FailedEntries events put-targets --rule "$1" --cli-input-json "file://$2"; }

put_dashboard() {
  wholly DashboardValidationMessages \
    cloudwatch put-dashboard --dashboard-name "$global_name" --cli-input-json file://dashboard/body.json
}

# Without its id, a query would be there once more.
put_query() {
  local id
  id=$(query_id "$1") || return
  [ "$id" != null ] && [ "$id" != None ] || id=""
  call logs put-query-definition --cli-input-json "file://queries/$1.json" ${id:+--query-definition-id "$id"}
}

deploy_query() { keep "query $project/$1" "queries/$1.json" "$(find_query "$1")" "put_query $1"; }

deploy_alarms() {
  local verdict name
  call cloudwatch describe-alarms --alarm-name-prefix "$project-" >alarms.answer
  # By way of a file: a process substitution would hide that this failed.
  ours alarms alarms "${former_alarm_names[@]}" <alarms.answer >alarms.verdicts
  while read -r verdict name; do
    case $verdict in
      unchanged) ;;
      gone) patiently cloudwatch delete-alarms --alarm-names "$name" ;;
      *) patiently cloudwatch put-metric-alarm --cli-input-json "file://alarms/$name.json" ;;
    esac
    tell "$verdict" "alarm $name"
  done <alarms.verdicts
}

# For people who operate this; attached to nobody here.
deploy_policy() {
  local arn from=policies/$1 version
  arn=$(policy_arn "$1")
  version=$(look iam get-policy --policy-arn "$arn" --query Policy.DefaultVersionId --output text)
  if [ "$version" = null ]; then
    patiently iam create-policy --cli-input-json "file://$from/create.json"
    tell made "policy $global_name-$1"
  else
    keep "policy $global_name-$1" "$from/document.json" \
      "iam get-policy-version --policy-arn $arn --version-id $version --query {PolicyDocument:PolicyVersion.Document}" \
      "change_policy $arn $from"
  fi
}

# A policy has at most five versions: those that are not in force go first.
change_policy() {
  drop_former_versions "$1" &&
    call iam create-policy-version --policy-arn "$1" --cli-input-json "file://$2/version.json"
}

begin "$@"
# In a folder of its own, so that two runs at once do not mix.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ours prepare "$settings" "$work" --account-id "$account_id"
cd "$work"
deploy_key
ours prepare "$settings" "$work" --account-id "$account_id" --key-arn "$key_arn"
# shellcheck source=/dev/null
. ./names.sh

together deploy_bucket "${photo_buckets[@]}" "$artifacts_bucket"
deploy_table
together deploy_topic results operations
[ ${#subscriptions[@]} = 0 ] || together deploy_subscription "${subscriptions[@]}"
together deploy_code "${!rooms[@]}"
together deploy_function "${rooms[@]}"
together deploy_machine "${machines[@]}"
[ ${#policies[@]} = 0 ] || together deploy_policy "${policies[@]}"
deploy_alarms
keep "dashboard $global_name" dashboard/body.json "cloudwatch get-dashboard --dashboard-name $global_name" \
  put_dashboard
together deploy_query "${queries[@]}"
# Last, so that the first upload finds everything.
together deploy_rule "${rules[@]}"

echo "Done. Upload with: aws s3 cp photo.jpg s3://$upload_bucket/photo.jpg"
