import * as pulumi from "@pulumi/pulumi";
import * as exported from "../package/index";
import { version } from "../package.json";
import { ComponentsProvider } from "./components-provider";
import schema from "./schema.json";

// Pulumi's own host for components would read their types from TypeScript sources at run time; the package has none.
const provider = new ComponentsProvider({ ...schema, version }, exported);
void pulumi.provider.main(provider, process.argv.slice(2));
