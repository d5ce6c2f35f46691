import type { Context } from "hono";
import { z } from "zod";
import { UserError } from "../../progress/user-error";
import { dashboardActions, type DashboardAction, type DashboardSource, type DashboardSources } from "./data";
import { refuse } from "./guard";

/** Which stack, and which rollout the user saw there: what was meant for one must not befall the next. */
const wish = z.strictObject({ stack: z.string().optional(), rollout: z.int().optional() });

/** Carries out an action that is possible now, one at a time for each stack. */
export function createActionHandler(sources: DashboardSources): (context: Context) => Promise<Response> {
  const underWay = new Map<DashboardSource, DashboardAction>();
  return async (context) => {
    const name = context.req.param("action");
    const action = dashboardActions.find((known) => known === name);
    if (action === undefined)
      return refuse(context, 404, `Unknown action: it must be one of ${dashboardActions.join(", ")}.`);
    const { success, data } = wish.safeParse(await context.req.json().catch(() => undefined));
    if (!success) return refuse(context, 400, 'The body must be a JSON object such as {"rollout":12}.');
    const [first = ""] = sources.keys();
    const source = sources.get(data.stack ?? first);
    if (!source) return refuse(context, 404, `This dashboard does not show the stack ${data.stack}.`);
    const other = underWay.get(source);
    if (other !== undefined) return refuse(context, 409, `The action ${other} is still under way: try again.`);
    underWay.set(source, action);
    try {
      const objection = await whyNot(source, action, data.rollout);
      if (objection !== undefined) return refuse(context, 409, objection);
      return context.json({ message: await source.act(action) });
    } catch (error) {
      return refuse(context, error instanceof UserError ? 409 : 500, (error as Error).message);
    } finally {
      underWay.delete(source);
    }
  };
}

async function whyNot(
  source: DashboardSource,
  action: DashboardAction,
  meant: number | undefined,
): Promise<string | undefined> {
  const { rollout } = await source.read();
  if (rollout === undefined) return `There is no rollout to ${action}.`;
  if (meant !== undefined && meant !== rollout.id)
    return `The action is for rollout ${meant}, but the last rollout is ${rollout.id}.`;
  if (rollout.actions.includes(action)) return undefined;
  const possible = rollout.actions.length === 0 ? "no action is" : `only ${rollout.actions.join(", ")}`;
  return `Rollout ${rollout.id} is ${rollout.phase}, so ${action} isn't possible: ${possible}.`;
}
