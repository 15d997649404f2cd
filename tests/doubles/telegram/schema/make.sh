#!/bin/sh
# Makes answers.json anew from the types of the Bot API. Needs node 20, npm and the network; the tests need none of them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
cd "$there"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @grammyjs/types@5.0.0 ts-json-schema-generator@2.4.0 typescript@5.9.3
cp "$here/make.mjs" .
cat >tsconfig.json <<'EOF'
{
  "compilerOptions": {
    "target": "ES2022", "module": "NodeNext", "moduleResolution": "NodeNext", "strict": true, "skipLibCheck": true
  },
  "files": ["answers.ts"]
}
EOF
node make.mjs "$here/answers.json"
