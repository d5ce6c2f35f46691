import { AwsV4Signer } from "aws4fetch";
import { awsVariables, type WebMetricConfig } from "../../config/web-metric";

/** A request as it is about to be sent. */
interface Unsigned {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * All headers of a request to AWS, with its signature. The secret key signs, and isn't sent.
 *
 * @param secret looks a credential up by the environment variable from which AWS' own tools read it.
 * @param sessionToken what temporary credentials have in addition.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export async function signForAws(
  request: Unsigned,
  { service, region }: NonNullable<WebMetricConfig["aws"]>,
  secret: (variable: string) => string,
  sessionToken: string | undefined,
): Promise<Record<string, string>> {
  const [accessKeyId = "", secretAccessKey = ""] = awsVariables.map(secret);
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  const { headers } = await new AwsV4Signer({ ...request, service, region, ...credentials }).sign();
  return Object.fromEntries(headers);
}
