import assert from "node:assert/strict";
import { chmodSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { findPulumi, oldestVersion, pinnedVersion } from "../../../engine/pulumi-command";
import { temporaryFolder, writeInto } from "../support/folders";
import { withVariables } from "../support/variables";

describe("findPulumi", () => {
  const folder = temporaryFolder();
  let trial = 0;
  let home = "";
  withVariables(() => {
    home = join(folder, String((trial += 1)));
    return { HOME: home, PULUMI_HOME: join(home, "pulumi"), PATH: `${join(home, "on-path")}:/usr/bin:/bin` };
  });

  /** Puts a program named pulumi somewhere below the home. */
  const put = (place: string, script: string) => {
    const file = join(home, place, "pulumi");
    mkdirSync(dirname(file), { recursive: true });
    chmodSync(writeInto(dirname(file), "pulumi", `#!/bin/sh\n${script}\n`), 0o755);
  };

  it("finds nothing if there is none", async () => assert.equal(await findPulumi(), undefined));

  for (const [place, words] of [
    ["on-path", /^pulumi 3\.280\.1, found on PATH$/],
    ["pulumi/bin", /^pulumi 3\.280\.1, found in \/.*\/pulumi\/bin$/],
    [`.pulumi/versions/${pinnedVersion}/bin`, /^pulumi 3\.280\.1, found in \/.*\/versions\/.*\/bin$/],
  ] as const)
    it(`finds one in ${place}`, async () => {
      put(place, "echo v3.280.1");
      assert.match((await findPulumi())?.description ?? "", words);
    });

  it("takes the one on PATH before the others", async () => {
    put("pulumi/bin", "echo v3.280.1");
    put("on-path", `echo v${oldestVersion}`);
    assert.equal((await findPulumi())?.command.command, "pulumi");
  });

  for (const [what, script, words] of [
    [
      "is too old",
      "echo v3.245.0",
      /^the pulumi on PATH is 3\.245\.0, and Sluice needs 3\.\d+\.0 or later: upgrade it/,
    ],
    ["is something else", "echo a fine fish", /^the pulumi on PATH is not Pulumi's CLI: .* remove it, or put Pulumi/],
    ["says nothing", "true", /^the pulumi on PATH is not Pulumi's CLI/],
    ["fails", "echo no such library >&2; exit 1", /^the pulumi on PATH can't be run: no such library; reinstall it/],
  ] as const)
    it(`refuses one that ${what}, in one line`, async () => {
      put("on-path", script);
      await assert.rejects(findPulumi(), (error: Error) => {
        assert.equal(error.name, "UserError");
        assert.match(error.message, words);
        return !error.message.includes("\n");
      });
    });
});
