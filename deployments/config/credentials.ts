import { z } from "zod";
import { strictObject } from "../../config/fields";
import { duration, escEnvironment, text } from "./fields";

const uuid = z.guid("must be a UUID");

/**
 * The shell command that writes the cluster's kubeconfig into the file that $KUBECONFIG names, run with the role's
 * credentials.
 */
const kubeconfigCommand = z
  .string("must be a shell command that writes the kubeconfig, such as aws eks update-kubeconfig --name my-cluster")
  .min(1, "must not be empty");

/**
 * How a deployment comes to the cluster: by a cloud role that it takes on by OIDC, or by a kubeconfig that a Pulumi ESC
 * environment has. No secret stands in the config.
 */
export const credentials = z.discriminatedUnion(
  "kind",
  [
    strictObject(
      {
        kind: z.literal("aws"),
        /** The role to take on; its trust policy names Pulumi's OIDC issuer. */
        roleArn: text(/^arn:aws[-\w]*:iam::\d{12}:role\/.+$/, "must be a role's ARN, arn:aws:iam::ACCOUNT:role/NAME"),
        /** The session's name, as it stands in CloudTrail; `sluice` and the stack by default. */
        sessionName: text(/^[\w+=,.@-]{2,64}$/, "must be 2 to 64 letters, digits or +=,.@-").optional(),
        /** How long the session lasts; the role's own by default. */
        duration: duration.optional(),
        /** Policies that narrow the role for this session. */
        policyArns: z
          .array(
            text(/^arn:aws[-\w]*:iam::(\d{12}|aws):policy\/.+$/, "must be a policy's ARN"),
            "must be a list of policies' ARNs",
          )
          .optional(),
        kubeconfigCommand,
      },
      "must be a map",
    ),
    strictObject(
      {
        kind: z.literal("azure"),
        /** The federated workload identity's client. */
        clientId: uuid,
        /** Its tenant. */
        tenantId: uuid,
        /** Its subscription. */
        subscriptionId: uuid,
        kubeconfigCommand,
      },
      "must be a map",
    ),
    strictObject(
      {
        kind: z.literal("gcp"),
        /** The project's number, not its name. */
        projectId: text(/^\d+$/, "must be the project's number, in quotes"),
        /** The workload identity pool. */
        workloadPoolId: text(/^[a-z][-a-z0-9]{3,31}$/, "must be a workload identity pool's ID"),
        /** The pool's provider that trusts Pulumi. */
        providerId: text(/^[a-z][-a-z0-9]{3,31}$/, "must be a workload identity provider's ID"),
        /** The service account to act as. */
        serviceAccount: z.email("must be a service account's e-mail address"),
        /** The project's region. */
        region: text(/^[a-z]+-[a-z]+\d+$/, "must be a region such as europe-west1").optional(),
        /** How long the token lasts; Pulumi's own by default. */
        tokenLifetime: duration.optional(),
        kubeconfigCommand,
      },
      "must be a map",
    ),
    strictObject(
      {
        kind: z.literal("environment"),
        /** The Pulumi ESC environment that has the kubeconfig. */
        environment: escEnvironment,
        /** Where in it the kubeconfig stands; `files.KUBECONFIG` by default, as ESC's own guide has it. */
        property: text(/^[\w.[\]"-]+$/, "must be a property's path such as files.KUBECONFIG").default(
          "files.KUBECONFIG",
        ),
      },
      "must be a map",
    ),
  ],
  {
    error: (issue) =>
      issue.code === "invalid_union"
        ? "must be aws, azure, gcp or environment"
        : "must be a map with a kind: aws, azure, gcp or environment",
  },
);

/** How a deployment comes to the cluster, with defaults filled in. */
export type Credentials = z.output<typeof credentials>;
