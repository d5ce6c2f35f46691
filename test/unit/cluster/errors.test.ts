import assert from "node:assert/strict";
import { ApiException } from "@kubernetes/client-node";
import {
  ClusterError,
  clusterErrorOf,
  failureKind,
  isRetryable,
  kindOf,
  type FailureKind,
} from "../../../cluster/errors";
import { UserError } from "../../../progress/user-error";
import { answering, closedPort, serve } from "../support/http-server";

const withCode = (code: string, message = "") => Object.assign(new Error(message), { code });

describe("a failed request to a cluster", () => {
  const kinds: Record<FailureKind, number[]> = {
    unavailable: [408, 429, 500, 502, 503, 504, 520],
    credentials: [401],
    forbidden: [403],
    "not found": [404],
    conflict: [409],
    refused: [400, 405, 406, 410, 413, 415, 422, 501, 505],
  };
  for (const [kind, statuses] of Object.entries(kinds))
    for (const status of statuses) it(`is ${kind} by status ${status}`, () => assert.equal(kindOf(status), kind));

  // As etcd's election comes through the API server; the words are not what tells.
  for (const [status, reason, message] of [
    [500, "InternalError", "etcdserver: leader changed"],
    [500, "ServerTimeout", "The list operation could not be completed at this time, please try again"],
    [500, "InternalError", 'failed calling webhook "metallb": no endpoints available'],
    [503, "ServiceUnavailable", "the server is currently unable to handle the request"],
    [504, "Timeout", "request did not complete within the requested timeout"],
  ] as const)
    it(`may be sent again: ${message}`, () => {
      const error = clusterErrorOf(
        new ApiException(status, "", JSON.stringify({ kind: "Status", reason, message }), {}),
      );
      assert.deepEqual([error?.kind, error?.message], ["unavailable", `${status} ${reason}: ${message}`]);
      assert.ok(isRetryable(error));
    });

  it("is of the same kind whatever it says", () => {
    const words = "connection refused: ECONNREFUSED i/o timeout Unauthorized leader changed";
    const error = new ApiException(422, "", { message: words, reason: "Invalid" }, {});
    assert.equal(failureKind(error), "refused");
    for (const one of [new Error(words), new UserError(words), new TypeError(words), words, undefined])
      assert.deepEqual([clusterErrorOf(one), isRetryable(one)], [undefined, false]);
  });

  for (const [kind, codes] of Object.entries({
    unavailable:
      "ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN EPROTO ERR_STREAM_PREMATURE_CLOSE UND_ERR_SOCKET UND_ERR_CONNECT_TIMEOUT ERR_SOCKET_CONNECTION_TIMEOUT HPE_INVALID_CONSTANT",
    credentials:
      "CERT_HAS_EXPIRED DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE ERR_TLS_CERT_ALTNAME_INVALID",
  }))
    for (const code of codes.split(" "))
      it(`is ${kind} by code ${code}, also as a cause`, () => {
        assert.equal(failureKind(withCode(code)), kind);
        assert.equal(failureKind(new TypeError("fetch failed", { cause: withCode(code) })), kind);
      });

  for (const code of ["ENOENT", "EACCES", "ERR_INVALID_URL", "ERR_INVALID_ARG_TYPE"])
    it(`is none by code ${code}`, () => assert.equal(clusterErrorOf(withCode(code)), undefined));

  it("is known from what fetch throws", async () => {
    const url = await closedPort();
    const caught = (request: Promise<unknown>) =>
      request.then(
        () => assert.fail("it was answered"),
        (error: unknown) => error,
      );
    assert.equal(failureKind(await caught(fetch(url))), "unavailable");
    const silent = await serve(() => undefined);
    try {
      assert.equal(failureKind(await caught(fetch(silent.url, { signal: AbortSignal.timeout(10) }))), "unavailable");
      const broken = await caught(fetch(silent.url, { signal: AbortSignal.abort(new Error("interrupted")) }));
      assert.equal(failureKind(broken), undefined);
    } finally {
      silent.close();
    }
    const cut = await serve((response) => response.destroy());
    try {
      assert.equal(failureKind(await caught(fetch(cut.url))), "unavailable");
    } finally {
      cut.close();
    }
  });

  for (const [retryAfter, seconds, wait] of [
    ["7", undefined, 7000],
    [undefined, 3, 3000],
    ["2", 3, 2000],
    [undefined, undefined, 0],
    ["-1", undefined, 0],
    ["Wed, 21 Oct 2026 07:28:00 GMT", undefined, 0],
  ] as const)
    it(`is left alone as long as Retry-After says: ${retryAfter ?? "none"}, ${seconds ?? "none"} in the body`, () => {
      const body = seconds === undefined ? {} : { details: { retryAfterSeconds: seconds } };
      assert.equal(new ClusterError("unavailable", "", { status: 429, body, retryAfter }).retryAfter, wait);
      const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
      assert.equal(
        clusterErrorOf(new ApiException(429, "", JSON.stringify(body), headers as Record<string, string>))?.retryAfter,
        wait,
      );
    });

  it("is one line, also where a proxy answers with a page", async () => {
    const proxy = await serve(answering(502, "<html>\nBad gateway"));
    try {
      const body = await (await fetch(proxy.url)).text();
      assert.equal(clusterErrorOf(new ApiException(502, "", body, {}))?.message, "HTTP status 502");
    } finally {
      proxy.close();
    }
  });
});
