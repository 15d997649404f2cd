// Writes answers.json: what the double may answer. Run by make.sh, in the folder where the packages are installed.
import { readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";
import { createGenerator } from "ts-json-schema-generator";

const [target] = process.argv.slice(2);
const TYPES = "node_modules/@grammyjs/types";
const ANSWERED = [
  "getMe", "setWebhook", "deleteWebhook", "getWebhookInfo",
  "sendMessage", "editMessageText", "deleteMessage", "pinChatMessage", "unpinChatMessage",
  "setMessageReaction", "answerCallbackQuery", "sendChatAction",
  "getChat", "getChatMember", "getChatAdministrators", "leaveChat",
  "createForumTopic", "editForumTopic", "closeForumTopic", "reopenForumTopic", "deleteForumTopic",
  "setMyCommands", "getMyCommands", "deleteMyCommands",
];
const UPDATES = [
  "update_id", "message", "edited_message", "channel_post", "edited_channel_post",
  "callback_query", "message_reaction", "my_chat_member", "chat_member",
];

// What each method of the Bot API gives back, as the package writes it.
const methods = new Map();
const source = ts.createSourceFile(
  "methods.d.ts", readFileSync(`${TYPES}/methods.d.ts`, "utf8"), ts.ScriptTarget.Latest, true,
);
source.forEachChild((node) => {
  if (ts.isTypeAliasDeclaration(node) && node.name.text === "ApiMethods") {
    for (const member of node.type.members) {
      methods.set(member.name.text, member.type.getText(source));
    }
  }
});

// The generator cannot follow ReturnType<ApiMethods[…]>, so the types are named one by one; nor NonNullable, on which
// Message.TextMessage is built. Inline messages, for which some methods answer `true`, and rich ones are not sent.
const result = (name) =>
  methods
    .get(name)
    .replace(/ \| true$/, "")
    .replace(" | (Update.Edited & Message.RichMessageMessage)", "")
    .replace("Message.TextMessage", "Message & { text: string }");
writeFileSync(
  "answers.ts",
  `import type { ApiError, BotCommand, ChatFullInfo, ChatMember, ChatMemberAdministrator } from "@grammyjs/types";
import type { ChatMemberOwner, ForumTopic, Message, Update, UserFromGetMe, WebhookInfo } from "@grammyjs/types";
export type Answers = {
  error: ApiError;
  update: Pick<Update, ${UPDATES.map((kind) => JSON.stringify(kind)).join(" | ")}>;
${ANSWERED.map((name) => `  ${name}: ${result(name)};`).join("\n")}
};
`,
);

const schema = createGenerator({
  path: "answers.ts", tsconfig: "tsconfig.json", type: "Answers", jsDoc: "none", sortProps: true,
}).createSchema("Answers");

// A message within a message: the generator gives up on the circle and lets anything through.
const within = { allOf: [{ $ref: "#/definitions/Message" }, { properties: { reply_to_message: { not: {} } } }] };
const mended = JSON.parse(JSON.stringify(schema), (key, value) =>
  key === "reply_to_message" && value.type === "object" && !value.$ref ? within : value,
);

const { properties } = mended.definitions.Answers;
delete mended.definitions.Answers;
const empty = Object.keys(properties).filter((name) => Object.keys(properties[name]).length === 0);
if (empty.length > 0) {
  throw new Error(`nothing would hold these: ${empty}`);
}
const lines = (parts) =>
  Object.keys(parts)
    .sort()
    .map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(parts[name])}`)
    .join(",\n");
const { version } = JSON.parse(readFileSync(`${TYPES}/package.json`, "utf8"));
writeFileSync(
  target,
  `{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$comment": "@grammyjs/types ${version}, MIT. Made by make.sh: do not edit.",
  "methods": ${JSON.stringify([...methods.keys()].sort())},
  "answers": {
${lines(properties)}
  },
  "definitions": {
${lines(mended.definitions)}
  }
}
`,
);
