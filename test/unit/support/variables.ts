/** Sets environment variables before each test of the calling suite, and puts the old ones back after it. */
export function withVariables(variables: () => Readonly<Record<string, string | undefined>>): void {
  let before: Record<string, string | undefined> = {};
  beforeEach(() => {
    const wanted = variables();
    before = Object.fromEntries(Object.keys(wanted).map((name) => [name, process.env[name]]));
    setAll(wanted);
  });
  afterEach(() => setAll(before));
}

function setAll(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
}
