/** True for a day (YYYY-MM-DD) or a minute (YYYY-MM-DDTHH:MM) that the calendar has: not for a 30 February. */
export function isOnCalendar(text: string): boolean {
  const moment = new Date(text.includes("T") ? `${text}Z` : text);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}
