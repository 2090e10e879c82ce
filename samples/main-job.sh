#!/usr/bin/env bash
# The main job, with curl, against the running application (dotnet run --project src/AppHost): register, sign in, submit a file of
# records, watch the progress, fetch the result, and see the notification arrive.
#
#   samples/main-job.sh [FILE]        FILE: NDJSON or CSV, by default samples/customers.ndjson
#
# Other addresses: USERS, TASKS and NOTIFICATIONS, for example USERS=http://localhost:5101.
set -euo pipefail

users=${USERS:-http://localhost:5101}
tasks=${TASKS:-http://localhost:5102}
notifications=${NOTIFICATIONS:-http://localhost:5103}
file=${1:-"$(dirname "$0")/customers.ndjson"}
email="ada.$(date +%s).$$@example.com"
password="correct horse battery staple $RANDOM"
dir=$(mktemp -d)
stream_pid=
trap '[ -z "$stream_pid" ] || kill "$stream_pid" 2>/dev/null || true; rm -rf "$dir"' EXIT

# Prints what stands in a JSON document under a key that occurs once.
field() { grep -oE "\"$1\": *(\"[^\"]*\"|[^,}]*)" | head -n 1 | sed -E 's/^"[^"]*": *"?//; s/"$//'; }

# Calls, prints the body, and ends with the problem detail when the answer is an error.
call() {
  local status
  status=$(curl -sS -o "$dir/body" -w '%{http_code}' "$@") || { echo "No answer. Is the application running?" >&2; exit 1; }
  if [ "$status" -ge 400 ]; then echo "Answer $status:" >&2; cat "$dir/body" >&2; echo >&2; exit 1; fi
  cat "$dir/body"
}

bar() { # done total
  local width=40 filled
  filled=$(($2 > 0 ? $1 * width / $2 : 0))
  printf '\r   [%-*s] %d/%d records ' "$width" "$(printf '%*s' "$filled" '' | tr ' ' '#')" "$1" "$2"
}

started=$(date +%s%N)
case $file in *.csv) type=text/csv ;; *) type=application/x-ndjson ;; esac

echo "1. Register and sign in"
json="{\"email\":\"$email\",\"password\":\"$password\",\"displayName\":\"Ada\"}"
user=$(call "$users/v1/users" -H 'Content-Type: application/json' -d "$json" | field id)
token=$(call "$users/v1/auth/login" -H 'Content-Type: application/json' -d "$json" | field accessToken)
auth="Authorization: Bearer $token"
echo "   $user"

curl -sSN "$notifications/v1/notifications/stream" -H "$auth" > "$dir/notifications" &
stream_pid=$!

echo "2. Submit $file"
task=$(call "$tasks/v1/tasks?type=pseudonymize-records&field=name&field=email&field=phone&detect=true" \
  -X POST -H "$auth" -H "Content-Type: $type" -H "Idempotency-Key: main-job-$user" -H "Expect:" -T "$file" | field id)
echo "   $task"

echo "3. Watch"
event=
while IFS= read -r line; do
  case $line in
    event:*) event=${line#event: } ;;
    data:*)
      data=${line#data: }
      count=$(field done <<< "$data" || true); total=$(field total <<< "$data" || true)
      [ -z "$count" ] || [ -z "$total" ] || bar "$count" "$total"
      [ "$event" != done ] || break ;;
  esac
done < <(curl -sSN "$tasks/v1/tasks/$task/events" -H "$auth")
echo

outcome=$(call "$tasks/v1/tasks/$task" -H "$auth")
status=$(field status <<< "$outcome")
echo "   $status: $(field records <<< "$outcome") records, $(field replaced <<< "$outcome") values replaced, $(field rejected <<< "$outcome") rejected"
[ "$status" = succeeded ] || { echo "$outcome"; exit 1; }

echo "4. Fetch the result"
call "$tasks/v1/tasks/$task/result" -H "$auth" > "$dir/result"
lines_in=$(grep -c . "$file" || true)
lines_out=$(grep -c . "$dir/result" || true)
grep -oE '[[:alnum:]._+-]+@[[:alnum:]-]+(\.[[:alnum:]-]+)+' "$file" | sort -u > "$dir/addresses" || true
leaked=0
[ ! -s "$dir/addresses" ] || leaked=$(grep -cFf "$dir/addresses" "$dir/result" || true)
echo "   $lines_out of $lines_in lines; with an e-mail address of the input: $leaked"
sed -n '2p' "$dir/result" | cut -c 1-160 | sed 's/^/   /'

echo "5. Be told"
for _ in $(seq 50); do grep -q "$task" "$dir/notifications" && break; sleep 0.1; done
grep -m 1 "^data:.*$task" "$dir/notifications" | sed 's/^data: //' | cut -c 1-160 | sed 's/^/   /'
echo "   inbox: $(call "$notifications/v1/notifications/counts" -H "$auth")"

echo "Done in $((($(date +%s%N) - started) / 1000000)) ms."
[ "$lines_in" = "$lines_out" ] && [ "$leaked" = 0 ]
