/**
 * The folder of what Sluice brings along: the policy pack, the schema of stack files, the dashboard's page. A team's files
 * are in the project's folder.
 */
export const packageFolder = __dirname;
