export { forecast, type FaultForecast, type Forecast, type ForecastRequest, type Spread } from "./forecast";
export { errorInterval } from "./interval";
export { createJudge, type Judge, type Judgement } from "./judge";
export { sumOfCounts, type Counts, type Observation } from "./observation";
export type { JudgeOptions, Words } from "./options";
