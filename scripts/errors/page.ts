import { errorKinds } from "../../progress/error-codes";
import type { ErrorKind } from "../../progress/error-kind";

const introduction = `# Errors

Every failure ends with a code: \`sluice: there is no stack qa: … (SLUICE1102)\`. A code keeps its meaning from release to release, so
scripts can rely on it; the words before it may change. With \`--json\` a failure is one line of JSON on stderr:

\`\`\`text
{"error":{"code":"SLUICE1102","message":"there is no stack qa: …","exitCode":1,"title":"There is no such stack"}}
\`\`\`

A command that finishes, but finds that the split isn't as planned or rolls back, exits with 1 and has no code. Its answer
says so.

This page is made from \`progress/error-codes.ts\` by \`npm run docs:errors\`.
`;

/** docs/errors.md: a section for each kind of failure. */
export function errorsPage(): string {
  return [introduction, ...Object.entries<ErrorKind>(errorKinds).map(sectionOf)].join("\n");
}

function sectionOf([code, { title, meaning, remedy, exit }]: [string, ErrorKind]): string {
  return `## ${code}\n\n**${title}.** ${meaning}\n\n${remedy} Exit code: ${exit}.\n`;
}
